"""No number that the register gives to a record is ever given to another one."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from commissioning import triggers
from commissioning.actions import awards, records
from commissioning.models import Award, GivenReference, Payment, Variation
from commissioning.rules import RuleBroken
from finance.models import PaymentBatch
from tests import builders as a
from tests.breaking import unguard
from tests.commissioning import staff
from tests.racing import database_in_a_file, race
from victims.models import MonitoringReturn

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def a_variation() -> Variation:
    award = a.an_award(1_000)
    details = {"reason": "More.", "decision": a.a_decision(), "effective_on": staff.DAY}
    line = award.commitments.get().allocation
    return awards.vary(
        award, [(line, a.pounds(-1))], kind="decrease", by=a.an_approver(), **details
    )


# How to make one more of each kind of record that the register numbers, and its number.
NUMBERED = {
    Award: (lambda: a.a_draft(None), "reference"),
    PaymentBatch: (lambda: a.a_batch(), "reference"),
    # By its key: the payment file and the pages call it Payment 12.
    Payment: (lambda: a.a_request(10), "pk"),
    Variation: (a_variation, "number"),
    MonitoringReturn: (lambda: a.a_return(), "version"),
}
# Numbers that staff write themselves, or that say only where a row stands among others.
WRITTEN_BY_STAFF = {
    "commissioning.DecisionNotice",
    "commissioning.OrganisationIdentifier",
    "programmes.Indicator",
}
NAMES = {"number", "reference", "version"}


def test_every_model_that_has_a_number_is_named_here_or_never_loses_a_row():
    ours = [model for app in settings.OUR_APPS for model in apps.get_app_config(app).get_models()]
    numbered = {
        model
        for model in ours
        if NAMES & {field.name for field in model._meta.concrete_fields}
        and model._meta.db_table not in triggers.append_only()
    }
    assert {m._meta.label for m in numbered - {*NUMBERED}} == WRITTEN_BY_STAFF
    for model in numbered & {*NUMBERED}:
        table = model._meta.db_table
        assert table in {**triggers.kept(), **triggers.series()}, model


@pytest.mark.parametrize("model", NUMBERED, ids=lambda model: model.__name__)
def test_a_number_does_not_come_again_when_its_record_is_gone(model):
    make, name = NUMBERED[model]
    first = make()
    number = getattr(first, name)
    try:
        with transaction.atomic():
            connection.check_constraints()
            model._base_manager.filter(pk=first.pk).delete()
    except IntegrityError:
        assert model._base_manager.filter(pk=first.pk).exists()
    else:
        assert getattr(make(), name) != number


def test_a_draft_removed_on_its_page_leaves_its_reference_behind(client, superuser):
    draft = a.a_draft(None)

    client.post(staff.address(draft, "delete"), {"post": "yes"})

    assert not Award.objects.filter(pk=draft.pk).exists()
    assert a.a_draft(None).reference > draft.reference
    with pytest.raises(RuleBroken, match="No reference is used twice"):
        a.a_draft(None, reference=draft.reference)
    assert not Award.objects.filter(reference=draft.reference).exists()
    with pytest.raises(IntegrityError, match="reference_is_given_once"), transaction.atomic():
        Award.objects.update(reference=draft.reference)


def test_the_form_says_that_a_reference_was_of_a_draft_that_was_removed(client, superuser):
    gone, draft = a.a_draft(None), a.a_draft(None)
    records.remove(gone, by=superuser)
    page = client.get(staff.address(draft))
    posted = {**staff.filled_in(page.context), "reference": gone.reference}

    answer = client.post(staff.address(draft), posted)

    assert "No reference is used twice" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.reference != gone.reference


def test_a_draft_may_have_its_own_reference_again():
    draft, by = a.a_draft(None), a.an_officer()
    given, draft.reference = draft.reference, "SG-1"
    records.save(draft, by=by)

    draft.reference = given
    records.save(draft, by=by)

    assert Award.objects.get(pk=draft.pk).reference == given


def test_the_office_may_use_its_own_reference_again():
    draft = a.a_draft(None, reference="SG-01")
    records.remove(draft, by=a.an_officer())

    assert a.a_draft(None, reference="SG-01").reference == "SG-01"


def test_references_of_before_are_kept_by_the_migration():
    removed, stays, batch = a.a_draft(None), a.a_draft(None), a.a_batch()
    records.remove(removed, by=a.an_officer())
    kept = set(GivenReference.objects.values_list("series", "number", "reference", "holder"))
    unguard()
    GivenReference.objects.all().delete()

    for module in (
        "commissioning.migrations.0014_references_given_once",
        "finance.migrations.0004_references_of_batches_given_once",
    ):
        import_module(module).keep(apps, None)

    found = set(GivenReference.objects.values_list("series", "number", "reference", "holder"))
    assert found == kept
    held = {reference for *_, reference, _ in found}
    assert {removed.reference, stays.reference, batch.reference} <= held


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Award, PaymentBatch], ids=lambda model: model.__name__)
def test_drafts_that_race_after_one_was_removed_get_a_number_each(model, tmp_path):
    officer = a.an_officer()
    gone = a.a_draft(None)
    records.remove(gone, by=officer)
    by = a.a_finance_officer()

    def draft():
        if model is PaymentBatch:
            return a.a_batch(by=by).reference
        return awards.draft(Award(title="New", kind="grant"), by=officer).reference

    with database_in_a_file(tmp_path):
        references = race([draft] * 6)

    assert all(isinstance(each, str) for each in references), references
    assert len({*references, gone.reference}) == 7


def test_the_table_of_given_references_is_written_by_the_database_alone():
    a.a_draft(None)
    row = GivenReference.objects.first()
    for harm in (row.delete, row.save):
        with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
            harm()
