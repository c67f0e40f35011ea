"""Nothing is asked for long before it is due, or paid before, unless for a reason that is kept."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from commissioning.actions import payments
from commissioning.models import HistoryEvent, Instalment, Payment
from commissioning.rules import RuleBroken
from finance.actions import batches
from tests import builders as a
from tests.commissioning import staff
from tests.spreadsheets import as_csv

pytestmark = pytest.mark.django_db

WHY = "The refuge moves house."


def today():
    return timezone.localdate()


def due_in(*days: int) -> list[Instalment]:
    """Instalments of one award that fall due in so many days."""
    award = a.an_award_by_milestones(1_000 * len(days))
    a.an_account(award.recipient)
    rows = [a.a_milestone(award, 1_000, today() + timedelta(days=each)) for each in days]
    a.a_written_schedule(award, *rows)
    return a.instalments_of(award)


def rows_of(records) -> str:
    return ",".join(str(row.pk) for row in records)


def post(client, model, page: str, **told):
    """The page after the question of a staff action on many."""
    return client.post(staff.list_of(model, f"{page}_many"), {"asked": "Continue", **told})


# --- Asking ---------------------------------------------------------------------------------------


def test_an_instalment_is_asked_for_thirty_days_before_it_is_due_and_no_earlier(client):
    soon, later = due_in(30, 31)
    officer = a.an_officer()

    payments.request_instalments([soon], by=officer)
    with pytest.raises(RuleBroken) as refusal:
        payments.request_instalments([later], by=officer)

    assert refusal.value.message == (
        f"Not due yet: £1,000.00 under award {later.commitment.award.reference}, due on "
        f"{later.due_on:%-d %B %Y}. A payment is asked for at most 30 days before it is due. Leave "
        "it out, or say why it is asked for early."
    )


def test_asking_early_takes_a_reason_on_every_page_that_asks(client, tmp_path):
    alone, part, first, second, imported = due_in(300, 301, 302, 303, 304)
    award, officer = a.an_award(1_000), a.an_officer()
    client.force_login(officer)
    later = (today() + timedelta(days=31)).isoformat()
    line = award.commitments.get().pk
    asked = {"commitment": line, "amount": "10", "due_on": later}
    pages = {
        "one": lambda **why: staff.ask(client, alone, "request", **why),
        "a part": lambda **why: staff.ask(client, part, "request-part", amount="10", **why),
        "several": lambda **why: post(
            client, Instalment, "request", rows=rows_of([first, second]), **why
        ),
        "beside a schedule": lambda **why: staff.ask(
            client, award, "request-payment", **asked, **why
        ),
        "a new payment": lambda **why: client.post(
            reverse("admin:commissioning_payment_add"), {**asked, "kind": "payment", **why}
        ),
    }
    for name, ask in pages.items():
        before = Payment.objects.count()
        assert "Not due yet: £" in staff.problems(ask()), name
        assert Payment.objects.count() == before
        page = ask(early_reason=WHY)
        assert page.status_code == 302 or "effect" in page.context, name
    file = tmp_path / "payments.csv"
    row = {"award_reference": imported.commitment.award.reference, "amount": "1000"}
    row["due_on"] = imported.due_on.isoformat()
    file.write_bytes(as_csv([row]))
    with pytest.raises(CommandError, match="Not due yet"):
        call_command("import_spreadsheet", "payment", file, by=officer.username)
    file.write_bytes(as_csv([{**row, "early_reason": WHY}]))
    call_command("import_spreadsheet", "payment", file, by=officer.username)

    kept = Payment.objects.get(instalment=imported)
    assert kept.early_reason == WHY
    assert HistoryEvent.objects.filter(subject_id=kept.pk, verb="added", reason=WHY).exists()


def test_a_payment_of_an_instalment_falls_due_when_the_schedule_says_whatever_is_written():
    (later,) = due_in(300)
    payment = Payment(
        commitment=later.commitment, instalment=later, amount=a.pounds(10), due_on=today()
    )

    with pytest.raises(RuleBroken, match="Not due yet"):
        payments.request(payment, by=a.an_officer())


# --- Paying ---------------------------------------------------------------------------------------


@pytest.fixture
def requested():
    """Two requests, one of them not due for ten days."""
    return [a.a_requested_instalment(each) for each in due_in(0, 10)]


def test_paying_before_the_day_takes_a_reason_alone_and_together(client, requested):
    due, early = requested
    client.force_login(a.a_finance_officer())
    paid_on = {"paid_on": today().isoformat()}
    ways = [
        lambda **why: staff.ask(client, early, "release", **paid_on, **why),
        lambda **why: post(client, Payment, "release", rows=rows_of(requested), **paid_on, **why),
    ]

    for ask in ways:
        said = staff.problems(ask())
        assert f"due on {early.due_on:%-d %B %Y}. Leave it out" in said
        assert "£1,000.00 under award" in said
        page = ask(early_reason=WHY)
        assert f"is not due before {early.due_on:%-d %B %Y}: {WHY}" in staff.effect(page)
    listed = page.content.decode()
    assert f"due on {due.due_on:%-d %B %Y}" in listed
    staff.use(client, early, "release", **paid_on, early_reason=WHY)
    staff.use(client, due, "release", **paid_on, early_reason=WHY)

    early.refresh_from_db()
    due.refresh_from_db()
    assert (early.early_reason, due.early_reason) == (WHY, "")
    events = HistoryEvent.objects.filter(subject_type="payment", verb__startswith="released")
    assert [each.reason for each in events.order_by("pk")] == [WHY, ""]


def test_a_reason_that_was_given_when_it_was_asked_for_lets_it_go(client):
    (later,) = due_in(300)
    payment = a.a_requested_instalment(later)
    client.force_login(a.a_finance_officer())

    page = staff.ask(client, payment, "release", paid_on=today().isoformat())

    assert a.EARLY in staff.effect(page)
    payments.release(payment, paid_on=today(), by=a.a_finance_officer())


def test_a_batch_takes_nothing_that_is_not_due_on_its_day_without_a_reason(requested):
    due, early = requested
    finance = a.a_finance_officer()

    with pytest.raises(RuleBroken, match="Not due by"):
        a.a_batch(due, early, pay_on=today())
    batch = a.a_batch(due, early, pay_on=early.due_on)
    with pytest.raises(RuleBroken, match="Not due by"):
        batches.reschedule(batch, today(), by=finance)
    assert batch.lines.standing().count() == 2
    other = a.a_batch(a.a_requested_instalment(due_in(300)[0]), pay_on=today())
    assert other.lines.standing().count() == 1


# --- Many at once ---------------------------------------------------------------------------------


def test_asking_for_many_instalments_takes_as_many_queries_as_asking_for_few(
    client, django_assert_max_num_queries
):
    client.force_login(a.an_officer())
    few, many = due_in(*range(3)), due_in(*range(3, 30))

    def queries(rows) -> int:
        with django_assert_max_num_queries(1_000) as counted:
            page = post(client, Instalment, "request", rows=rows_of(rows))
            assert "effect" in page.context
            payments.request_instalments(rows, by=a.an_officer())
        return len(counted)

    assert queries(many) <= queries(few)
