"""A decision notice that money relies on stays as it was read; corrections stand beside it."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from commissioning import integrity
from commissioning.actions import awards, decisions, funds, organisations, records
from commissioning.models import DecisionCorrection, DecisionNotice
from commissioning.resources.base import load_rows
from commissioning.resources.decisions import DecisionResource
from commissioning.rules import RuleBroken
from commissioning.triggers.guarded import RELYING
from tests import builders as a
from tests import test_public_door as door
from tests.breaking import change, unguard
from tests.chain import MAY
from tests.commissioning import staff

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

REWRITTEN = {
    "reference": "D-OTHER",
    "title": "Something else entirely",
    "decided_on": date(2026, 11, 29),
    "signatory": "Somebody else",
    "summary": "Another summary",
    "document_url": "https://example.org/other",
}


def relied_on_by_an_award():
    award = a.an_award(1_000)
    return award.decision


def relied_on_by_a_variation():
    decision = a.a_decision()
    award = a.an_award(1_000)
    awards.vary(
        award,
        [],
        kind="extension",
        reason="Longer.",
        decision=decision,
        effective_on=MAY,
        ends_on=date(2027, 3, 31),
        by=a.an_approver(),
    )
    return decision


def relied_on_by_a_virement():
    decision, budget = a.a_decision(), a.a_budget()
    giver, taker = a.an_allocation(100, budget), a.an_allocation(100, budget)
    details = {"effective_on": MAY, "note": "Moved.", "by": a.a_finance_officer()}
    funds.vire(giver, taker, a.pounds(1), decision=decision, **details)
    return decision


def relied_on_by_an_over_programming_limit():
    decision = a.a_decision()
    funds.authorise_margin(
        a.a_budget(), a.pounds(10), reason="Slippage.", decision=decision, by=a.an_approver()
    )
    return decision


RELIED_ON = [
    relied_on_by_an_award,
    relied_on_by_a_variation,
    relied_on_by_a_virement,
    relied_on_by_an_over_programming_limit,
]


@pytest.mark.parametrize("relied_on", RELIED_ON)
def test_the_database_keeps_what_a_notice_says_once_anything_was_allowed_under_it(relied_on):
    decision = relied_on()
    DecisionNotice.objects.filter(pk=a.a_decision().pk).update(title="Nothing relies on me")

    for field in REWRITTEN.keys() - {"document_url"}:
        value = REWRITTEN[field]
        with pytest.raises(IntegrityError, match="decision_stays"), transaction.atomic():
            DecisionNotice.objects.filter(pk=decision.pk).update(**{field: value})
    DecisionNotice.objects.filter(pk=decision.pk).update(document_url="https://example.org/n")
    with pytest.raises(IntegrityError, match="decision_stays"), transaction.atomic():
        DecisionNotice.objects.filter(pk=decision.pk).update(document_url="")


def test_the_database_knows_every_table_that_relies_on_notices():
    relying = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is DecisionNotice
    }
    # A carry-forward posts entries under its notice.
    assert relying - set(RELYING) == {
        "commissioning_decisioncorrection",
        "finance_carryforward",
    }


@pytest.mark.parametrize("field", REWRITTEN)
def test_staff_rewrite_nothing_of_it_by_form_import_or_action(client, field):
    decision = a.an_award(1_000).decision
    DecisionNotice.objects.filter(pk=decision.pk).update(document_url="https://example.org/n")
    decision.refresh_from_db()
    officer, before = a.a_user("Grants officer"), getattr(decision, field)
    client.force_login(officer)

    page = client.get(staff.address(decision))
    client.post(
        staff.address(decision),
        {**staff.filled_in(page.context), field: REWRITTEN[field], "seen": page.context["seen"]},
    )
    told = {"decided_on": "1/4/2026", field: REWRITTEN[field]}
    if field == "decided_on":
        told[field] = "29/11/2026"
    row = {"reference": decision.reference, "title": decision.title, **told}
    if field != "reference":
        with pytest.raises(Exception, match="Something was approved under this notice"):
            load_rows(DecisionResource, [row], by=officer)
    setattr(decision, field, REWRITTEN[field])
    with pytest.raises(RuleBroken, match="Something was approved under this notice"):
        records.save(decision, by=officer)

    decision.refresh_from_db()
    assert getattr(decision, field) == before


def test_what_is_not_said_by_the_notice_still_changes(client):
    decision = a.an_award(1_000).decision
    decision.note, decision.status = "Filed.", "part"
    decision.confidential_ground = "Personal data."

    assert records.save(decision, by=a.an_officer())


def test_a_correction_is_numbered_dated_and_public_beside_the_notice(client):
    decision = a.an_award(1_000, published=True).decision
    client.force_login(a.an_officer())
    told = {"part": "title", "instead": "Large clubs", "reason": "A slip of the pen."}

    staff.use(client, decision, "correct", **told)
    day = {"part": "decided_on", "day": "2026-03-02", "reason": "The day of signing."}
    staff.use(client, decision, "correct", **day)
    client.logout()

    page = client.get(decision.get_absolute_url()).content.decode()
    assert decision.title in page
    api = client.get("/api/v1/decisions/", {"format": "json"}).json()
    in_api = next(row for row in api["results"] if row["reference"] == decision.reference)
    feed = client.get("/feeds/decisions.atom").content.decode()
    files = door.text_of(client.get("/decisions.csv"))
    for text in (page, " ".join(in_api["corrections"]), feed, files):
        assert "should read “Large clubs”. Reason: A slip of the pen." in text
        assert "Correction 2" in text
        assert "should read “2 March 2026”" in text
    made_at = decision.corrections.last().made_at
    assert made_at.isoformat()[:19] in feed


def test_what_is_confidential_is_not_published_by_its_correction(client):
    decision = a.an_award(1_000).decision
    told = {"instead": "The refuge moves.", "reason": "Wrong house.", "by": a.an_officer()}
    decisions.correct(decision, part="summary", **told)
    decision.status, decision.confidential_ground = "confidential", "Safety."
    records.save(decision, by=a.an_officer())

    assert "refuge" not in client.get(decision.get_absolute_url()).content.decode()
    assert "refuge" not in door.text_of(client.get("/decisions.csv"))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"part": "decided_on", "instead": date(2026, 5, 2)}, "approved under this notice from"),
        ({"part": "decided_on", "instead": date(2090, 5, 2)}, "is still to come"),
        ({"part": "title", "instead": " "}, "Say what is to be read instead"),
        ({"part": "document_url", "instead": "S:/x.pdf"}, "Give the whole address"),
        ({"part": "title", "instead": "New", "reason": ""}, "Say why"),
    ],
)
def test_a_correction_that_cannot_be_true_is_refused(told, why):
    decision = a.an_award(1_000, effective_on=MAY).decision

    with pytest.raises(RuleBroken, match=why):
        decisions.correct(decision, **{"reason": "A slip.", **told}, by=a.an_officer())

    assert not DecisionCorrection.objects.exists()


def test_a_notice_that_nothing_relies_on_is_changed_and_not_corrected():
    decision = a.a_decision()

    with pytest.raises(RuleBroken, match="Nothing was approved under this notice yet"):
        decisions.correct(decision, part="title", instead="X", reason="Y", by=a.an_officer())
    decision.title = "Changed"
    assert records.save(decision, by=a.an_officer())


def test_check_records_asks_again_whether_decisions_came_first():
    award = a.an_award(1_000, effective_on=MAY)
    assert list(integrity.decisions_came_first()) == []
    with transaction.atomic():
        unguard()
        change(award.decision, decided_on=date(2026, 11, 29))()
        found = list(integrity.decisions_came_first())
        transaction.set_rollback(True)

    assert len(found) == 2
    assert all(f"before {award.decision.reference} was decided" in each for each in found)


def test_a_name_under_which_something_was_awarded_stays_as_a_former_name(client):
    award = a.an_award(1_000, published=True)
    organisation, before = award.recipient, award.recipient.name
    organisation.name = "Renamed"

    organisations.save(organisation, by=a.an_officer())

    assert [(row.name, row.is_former) for row in organisation.names.all()] == [(before, True)]
    assert before in client.get(organisation.get_absolute_url()).content.decode()
