"""Money from sources: recorded, corrected, followed by a budget's status, and owed back."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning.actions import funds, receipts, records
from commissioning.figures import Slice
from commissioning.figures.receipts import Funding, funding_by_source
from commissioning.models import Budget, HistoryEvent, Receipt
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from tests import builders as a
from tests.chain import MAY
from tests.commissioning import staff
from tests.spreadsheets import as_csv

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)
SOURCES = "admin:sources"


def status(budget: Budget) -> str:
    return Budget.objects.get(pk=budget.pk).source_status


def funding(**slice_) -> Funding:
    (source,) = funding_by_source(Slice(**slice_), TODAY)
    return source.total


# --- Recording ------------------------------------------------------------------------------------


def test_a_budget_is_confirmed_by_the_first_money_and_received_with_the_last():
    budget = a.a_budget(1_000, source_status="expected")

    a.a_receipt("999.99", budget)
    assert status(budget) == "confirmed"
    a.a_receipt("0.01", budget)
    assert status(budget) == "received"

    verbs = HistoryEvent.objects.filter(subject_type="budget", subject_id=str(budget.pk))
    assert {"the money is confirmed", "the money is received"} <= {e.verb for e in verbs}


def test_a_budget_that_is_revised_is_received_no_more_until_the_rest_comes():
    budget = a.a_budget(1_000)
    a.a_receipt(1_000, budget)

    more = {"effective_on": MAY, "note": "More.", "by": a.a_finance_officer()}
    funds.revise_budget(budget, a.pounds(1), **more)

    assert status(budget) == "confirmed"


def test_money_of_another_budget_is_not_asked_of_the_source_again():
    budget, other = a.a_budget(1_000), a.a_budget(500)
    a.a_receipt(1_000, budget)
    moved = {"effective_on": MAY, "note": "Moved.", "by": a.a_finance_officer()}
    funds.vire(other, budget, a.pounds(200), **moved)

    (line,) = [
        line
        for source in funding_by_source(Slice(), TODAY)
        for line in source.lines
        if line.budget == budget
    ]

    assert status(budget) == "received"
    assert (line.funding.to_come, line.funding.moved) == (0, 200)


def test_how_sure_money_is_follows_what_came_and_is_not_typed_in():
    budget = a.a_budget(1_000)
    a.a_receipt(10, budget)
    budget.refresh_from_db()
    budget.source_status = "received"

    with pytest.raises(RuleBroken, match="follows the money that was recorded"):
        records.save(budget, by=a.a_finance_officer())


def test_no_more_goes_back_than_came():
    budget = a.a_budget(1_000)
    a.a_receipt(100, budget)
    a.a_receipt(-60, budget)

    with pytest.raises(RuleBroken, match=r"£100.01 of .* and only £100.00 came"):
        a.a_receipt("-40.01", budget)
    a.a_receipt(-40, budget)

    assert status(budget) == "confirmed"


def test_money_is_recorded_when_it_came_and_not_in_a_closed_year():
    with pytest.raises(RuleBroken, match="is yet to come"):
        a.a_receipt(1, received_on=TODAY + timedelta(days=1))
    funds.close_year(FinancialYear(2019), by=a.a_chief_finance_officer())
    with pytest.raises(RuleBroken, match="2019/20 is closed"):
        a.a_receipt(1, received_on=date(2020, 3, 31))

    assert not Receipt.objects.exists()


def test_a_receipt_is_corrected_beside_itself_until_it_is_right():
    budget = a.a_budget(1_000)
    receipt = a.a_receipt(100, budget)
    finance = a.a_finance_officer()

    first = receipts.correct(receipt, a.pounds(1_000), note="A nought was lost.", by=finance)
    assert (first.amount, status(budget)) == (900, "received")
    receipts.correct(receipt, a.pounds(150), note="Misread.", by=finance)

    assert funding().received == 150
    assert status(budget) == "confirmed"
    assert Receipt.objects.filter(corrects=receipt).count() == 2
    for amount, sentence in ((150, "It is £150.00 already"), (-1, "cannot be below")):
        with pytest.raises(RuleBroken, match=sentence):
            receipts.correct(receipt, a.pounds(amount), note="Again.", by=finance)
    with pytest.raises(RuleBroken, match="is a correction already"):
        receipts.correct(first, a.pounds(1), note="Again.", by=finance)


def test_a_correction_does_not_take_away_what_went_back():
    budget = a.a_budget(1_000)
    came, went = a.a_receipt(100, budget), a.a_receipt(-60, budget)
    finance = a.a_finance_officer()

    with pytest.raises(RuleBroken, match=r"£60.00 of .* only £59.99 came"):
        receipts.correct(came, Decimal("59.99"), note="Less came.", by=finance)
    receipts.correct(went, a.pounds(20), note="Less went.", by=finance)
    receipts.correct(came, Decimal("59.99"), note="Less came.", by=finance)

    assert (funding().received, funding().returned) == (Decimal("59.99"), 20)


@pytest.mark.parametrize("harm", ["update", "delete"])
def test_what_came_is_never_changed_or_removed(harm):
    receipt = a.a_receipt(100)
    rows = Receipt.objects.filter(pk=receipt.pk)

    with pytest.raises(IntegrityError, match="receipt_is_never_changed"), transaction.atomic():
        rows.update(amount=a.pounds(1)) if harm == "update" else rows._raw_delete("default")

    assert rows.get().amount == 100


def test_finance_records_and_corrects_in_the_staff_site(client):
    budget = a.a_budget(1_000)
    client.force_login(a.a_finance_officer())
    told = {"budget": budget.pk, "kind": "received", "amount": "£1,000", "received_on": MAY}

    client.post(reverse("admin:commissioning_receipt_add"), told)
    receipt = Receipt.objects.get()
    staff.use(client, receipt, "correct", amount="400", reason="Half of it.")
    back = {**told, "kind": "returned", "amount": "30"}
    client.post(reverse("admin:commissioning_receipt_add"), back)

    assert (funding().received, funding().returned, funding().to_come) == (400, 30, 600)
    page = client.get(staff.address(budget)).content.decode()
    assert "£1,000.00" in page
    assert client.get(staff.list_of(Receipt)).context["cl"].foot["cells"][0] == "£370.00"
    refused = client.post(reverse("admin:commissioning_receipt_add"), {**back, "amount": "-3"})
    assert "must be more than £0.00" in staff.problems(refused)


def test_receipts_come_in_by_spreadsheet_once(tmp_path):
    budget, file = a.a_budget(1_000), tmp_path / "receipts.csv"
    row = {
        "fund_code": budget.fund.code,
        "kind": "received",
        "amount": "250.50",
        "received_on": "2026-05-01",
        "reference": "BACS 7",
    }
    file.write_bytes(as_csv([row]))

    for _ in range(2):
        call_command("import_spreadsheet", "receipt", file, by=a.a_finance_officer().username)

    assert Receipt.objects.get().amount == Decimal("250.50")
    assert status(budget) == "confirmed"


# --- Owed back ------------------------------------------------------------------------------------


OVER_BY_OCTOBER = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 10, 31)}


def spent(use_by: date, **fields) -> Budget:
    """A budget of £1,000, received, with an award of £300 that is over, of which £200 is paid."""
    budget = a.a_budget(1_000, use_by=use_by, **fields)
    a.a_receipt(1_000, budget)
    a_delivered_award(budget)
    return budget


def a_delivered_award(budget: Budget) -> None:
    award = a.an_award(300, a.an_allocation(500, budget), **OVER_BY_OCTOBER)
    a.a_payment(200, award, due_on=MAY)


def test_past_its_day_what_came_and_was_not_incurred_is_owed_back_until_it_went_back():
    budget = spent(use_by=YESTERDAY)
    other = a.a_budget(1, source=budget.source)
    moved = {"effective_on": MAY, "note": "Moved.", "by": a.a_finance_officer()}
    funds.vire(budget, other, a.pounds(100), **moved)
    a.a_receipt(-50, budget)

    assert funding().owed_back == 550
    a.a_receipt(-550, budget)
    assert funding().owed_back == 0
    a.a_receipt(-10, budget)
    assert funding().owed_back == -10


def test_until_its_last_day_nothing_is_owed_back():
    spent(use_by=TODAY)

    assert funding().owed_back == 0
    assert funding(as_at=TODAY + timedelta(days=1)).owed_back == 700


def test_what_was_received_before_receipts_were_kept_counts_whole():
    budget = a.a_budget(1_000, source_status="received", use_by=YESTERDAY)
    a_delivered_award(budget)

    assert (funding().received, funding().to_come, funding().owed_back) == (1_000, 0, 700)


def test_as_at_a_day_only_what_came_by_then_counts():
    budget = a.a_budget(1_000)
    a.a_receipt(100, budget, received_on=date(2026, 5, 1))
    a.a_receipt(200, budget, received_on=date(2026, 6, 1))

    assert funding(as_at=date(2026, 5, 31)).received == 100
    assert funding(as_at=date(2026, 5, 31)).to_come == 900


# --- The page of sources, and what waits ----------------------------------------------------------


def test_the_page_and_its_workbook_say_the_same(client):
    client.force_login(a.a_user("Auditor"))
    spent(use_by=YESTERDAY)
    a.a_budget(700, source_status="expected")
    a.a_budget(5, starts_on=date(2027, 4, 1), ends_on=date(2028, 3, 31))

    asked = {"year": "2026-27"}
    page = client.get(reverse(SOURCES), asked)
    download = client.get(reverse("admin:sources_download"), asked)
    sheet = list(load_workbook(BytesIO(download.content)).active.iter_rows(values_only=True))

    total = page.context["total"]
    assert total == [700, 1_000, 1_000, 700, 0, 500, 300, 200, 0, 700]
    lines = [row for row in sheet if "confirmed" in row or "expected" in row or "received" in row]
    assert len(lines) == 2
    for place, amount in enumerate(total, start=5):
        assert sum(Decimal(str(row[place])) for row in lines) == amount
        assert Decimal(str(sheet[-1][place])) == amount
    assert HistoryEvent.objects.filter(verb="exported").exists()


def test_a_page_of_many_sources_asks_as_often_as_one_of_few(client, django_assert_max_num_queries):
    client.force_login(a.a_finance_officer())

    def queries() -> int:
        with django_assert_max_num_queries(40) as found:
            assert client.get(reverse(SOURCES)).status_code == 200
        return len(found)

    spent(use_by=YESTERDAY)
    few = queries()
    for _ in range(4):
        spent(use_by=YESTERDAY)

    assert queries() == few


@pytest.mark.parametrize("asked", [{"year": "x"}, {"source": "0"}, {"as_at": "31/31/2026"}])
@pytest.mark.parametrize("door", [SOURCES, "admin:sources_download"])
def test_nonsense_is_answered_in_words(client, door, asked):
    client.force_login(a.a_finance_officer())

    response = client.get(reverse(door), asked)

    assert response.status_code == 400
    assert "not understood" in response.content.decode()


def test_the_first_page_warns_of_money_to_be_spent_soon_and_of_money_owed_back(client):
    client.force_login(a.a_finance_officer())
    soon = spent(use_by=TODAY + timedelta(days=90))
    over = spent(use_by=YESTERDAY)
    spent(use_by=TODAY + timedelta(days=91))
    a.an_award(100, a.an_allocation(100, a.a_budget(100, use_by=TODAY)))

    page = client.get(reverse("admin:index"))
    waiting = {each.key: each for each in page.context["waiting"]}

    (item,) = waiting["use-by"].items
    assert item.label == str(soon)
    assert item.says.startswith("£700.00 not committed, to be spent by")
    (item,) = waiting["owed-back"].items
    assert item.label == str(over)
    assert item.says.startswith(f"£700.00 to {over.source}")


def test_money_that_is_to_go_back_is_not_offered_to_be_carried_forward(client):
    client.force_login(a.a_finance_officer())
    last_year = {"starts_on": date(2025, 4, 1), "ends_on": date(2026, 3, 31)}
    kept = a.a_budget(100, **last_year)
    a.a_budget(100, use_by=date(2026, 3, 31), **last_year)

    page = client.get(reverse("admin:index"))

    (waiting,) = [each for each in page.context["waiting"] if each.key == "to-carry-forward"]
    assert [item.label for item in waiting.items] == [str(kept)]
