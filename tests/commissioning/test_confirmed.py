"""What is confirmed is what is done: whatever changes before the answer, staff are asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, models, transaction

from commissioning.actions import awards
from commissioning.admin import relied_on
from commissioning.fields import RunningTotal
from commissioning.models import Award
from commissioning.submissions import FIELD, new_key
from finance.actions import batches
from finance.models import BankAccount
from tests import builders as a
from tests.commissioning import answers, sending, staff
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

_FAR = datetime(2099, 1, 1, tzinfo=UTC)
world = for_the_module(answers.world)


@pytest.mark.parametrize(("label", "name", "is_first"), sample(answers.actions(), 48))
def test_a_change_of_any_record_asks_again_and_nothing_is_done_twice(
    client, world, label, name, is_first
):
    client.force_login(world)
    modeladmin, verb = answers.action(label, name)
    row, posted, page = answers.preview(client, modeladmin, verb)
    given = page.context["form"].cleaned_data
    records = relied_on.lock([row], verb.relies_on, given).states

    tried = set()
    for model, key in records:
        if model in tried or (model is not type(row) and not is_first):
            # One of each kind; what another action of the same record relies on was tried there.
            continue
        tried.add(model)
        with transaction.atomic():
            changed = change(model, key)
            if not changed:
                # Written once: the database lets nobody change it.
                continue
            before = staff.traces()
            again = staff.confirm(client, row, verb.name, page, **posted)
            assert again.status_code == 200, f"done, although {changed} of {model} changed"
            assert again.context.get("changed"), f"{changed} of {model} changed unasked"
            assert staff.traces() == before
            transaction.set_rollback(True)
    with transaction.atomic():
        keyed = {**staff.confirming(page, **posted), FIELD: new_key()}
        done = client.post(staff.address(row, verb.name), keyed)
        assert done.status_code == 302, "nothing changed, and it was not done"
        after = sending.effects()
        for _ in range(2):
            again = client.post(staff.address(row, verb.name), keyed)
            assert (again.status_code, again["Location"]) == (302, done["Location"])
        assert sending.effects() == after, "sent three times, and done more than once"
        transaction.set_rollback(True)


def change(model, key) -> str:
    """Give a column another value, past all rules; its name. Empty if the database refuses all."""
    stored = model._base_manager.filter(pk=key)
    for field in model._meta.concrete_fields:
        value = stored.values_list(field.attname, flat=True).get()
        for another in others(field, value):
            try:
                with transaction.atomic():
                    stored.update(**{field.attname: another})
                return field.name
            except DatabaseError:
                continue
    return ""


def others(field, value) -> list:
    if field.primary_key or field.choices or isinstance(field, RunningTotal):
        return []
    if isinstance(field, (models.CharField, models.TextField)):
        return [f"{value or ''}x"[-(field.max_length or 2000) :]]
    if isinstance(field, models.DateField):
        return [value + timedelta(days=1)] if value else []
    return [None] if field.null and value is not None else []


def test_every_column_of_a_record_counts_but_the_totals_that_the_journal_keeps(world):
    for modeladmin in staff.registered():
        row = modeladmin.model._base_manager.first()
        before = answers.state_of(row)
        for field in row._meta.concrete_fields:
            if not isinstance(field, RunningTotal):
                was = getattr(row, field.attname)
                setattr(row, field.attname, None if was not in (None, "") else _FAR)
                assert answers.state_of(row) != before, field
                setattr(row, field.attname, was)


# --- As people would do it ------------------------------------------------------------------------


def test_an_award_is_not_approved_to_another_recipient_than_the_page_named(client, approver):
    award = a.a_draft(5_000, recipient=a.an_organisation("Good recipient"), purpose="Boxing.")
    officer = a.an_officer()
    awards.recommend(award, by=officer)
    posted = {"decision": a.a_decision().pk, "effective_on": answers.DAY}
    page = staff.ask(client, award, "approve", **posted)
    assert ("Recipient", "Good recipient") in page.context["effect"].details[0][1]
    assert ("Purpose", "Boxing.") in page.context["effect"].details[0][1]

    awards.send_back(award, reason="A slip.", by=officer)
    award.recipient, award.purpose = a.an_organisation("Swapped recipient"), "Something else."
    a.saved(award, by=officer)
    awards.recommend(award, by=officer)
    again = client.post(staff.address(award, "approve"), staff.confirming(page, **posted))

    assert again.context["changed"]
    assert "recipient: Swapped recipient" in " ".join(again.context["changes"])
    assert "Swapped recipient" in again.content.decode()
    award.refresh_from_db()
    assert award.status == Award.Status.RECOMMENDED


def a_batch_to_be_released(client):
    """A batch of one payment of £500, and its confirm page as another officer sees it."""
    batch = a.a_batch(a.a_payable_request(500))
    client.force_login(a.a_finance_officer())
    return batch, staff.ask(client, batch, "release")


def test_a_batch_is_not_released_to_another_account_than_the_page_named(client):
    batch, page = a_batch_to_be_released(client)
    payee = batch.lines.get().payment.commitment.award.recipient
    account = BankAccount.objects.confirmed().get(organisation=payee)
    assert f"account ends in {account.ending}" in page.content.decode()

    another = a.an_account(payee)
    again = client.post(staff.address(batch, "release"), staff.confirming(page))

    assert again.context["changed"]
    assert f"ends in {another.ending}" in again.content.decode()
    batch.refresh_from_db()
    assert batch.status == batch.Status.DRAFTED


def test_a_batch_is_not_released_with_another_payment_of_the_same_amount(client):
    batch, page = a_batch_to_be_released(client)
    first, by = batch.lines.get(), batch.drafted_by
    award = first.payment.commitment.award

    batches.take_out(batch, [first], by=by)
    batches.add(batch, [a.a_request(500, award)], by=by)
    again = client.post(staff.address(batch, "release"), staff.confirming(page))

    assert again.context["changed"]
    batch.refresh_from_db()
    assert batch.status == batch.Status.DRAFTED


def test_a_service_is_not_published_under_another_name_than_the_page_showed(client, superuser):
    service = a.a_service(name="Old name", published=False)
    page = client.get(staff.address(service, "publish"))
    assert "Old name" in page.content.decode()

    service.name = "Refuge at 12 Secret Street"
    a.saved(service)
    again = client.post(staff.address(service, "publish"), staff.confirming(page))

    assert again.context["changed"]
    assert "Refuge at 12 Secret Street" in again.content.decode()
    service.refresh_from_db()
    assert not service.is_published
