"""Sheets of areas, organisations, services and plans."""

from datetime import date

import pytest

from commissioning.models import (
    Condition,
    Fund,
    HistoryEvent,
    Organisation,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.resources.areas import AreaResource
from commissioning.resources.commitments import ConditionResource
from commissioning.resources.decisions import DecisionResource
from commissioning.resources.funds import (
    FundingSourceResource,
    FundResource,
)
from commissioning.resources.organisations import OrganisationResource
from commissioning.resources.plan import PlanResource, ThemeResource
from commissioning.resources.reported import ReportedTotalResource
from commissioning.resources.services import ServiceResource
from tests import builders as a
from tests.commissioning.rows.loading import WALSALL, a_total, load, refusals

pytestmark = pytest.mark.django_db


def test_an_organisation_comes_with_areas_names_and_identifiers():
    load(AreaResource, WALSALL)
    row = {
        "code": "remedi",
        "name": "Remedi",
        "kind": "Charity",
        "area_codes": "E08000030",
        "other_names": "RM; Remedi UK",
        "former_names": "Restore",
        "identifiers": "GB-CHC-1234567; GB-COH-09506232",
        "withhold": "place",
        "withhold_ground": "Staff are at risk.",
    }
    by = a.a_user(superuser=True)

    load(OrganisationResource, row, by=by)
    assert load(OrganisationResource, row) == "0 added, 0 changed, 1 unchanged"

    remedi = Organisation.objects.get()
    assert {name.name: name.is_former for name in remedi.names.all()} == {
        "RM": False,
        "Remedi UK": False,
        "Restore": True,
    }
    assert [str(number) for number in remedi.identifiers.all()] == [
        "GB-CHC-1234567",
        "GB-COH-09506232",
    ]
    assert (remedi.withhold_decided_by, remedi.is_published) == (by, False)

    row.update(area_codes="", other_names="Remedi UK", identifiers="GB-CHC-12")
    assert refusals(OrganisationResource, row) == [
        "Row 2, identifiers: “GB-CHC-12”: A charity number has six or seven digits."
    ]
    row["identifiers"] = "GB-CHC-1234567"
    load(OrganisationResource, row)
    assert remedi.names.count() == 2
    assert not remedi.areas.exists()
    assert "areas" in HistoryEvent.objects.filter(verb="changed").latest("pk").after


def test_every_describing_noun_comes_in_by_its_codes():
    load(AreaResource, WALSALL)
    load(OrganisationResource, {"code": "moj", "name": "Ministry of Justice", "kind": "government"})
    load(PlanResource, {"name": "Plan 2016", "starts_on": "1/4/2016"})
    load(ThemeResource, {"code": "T1", "plan_name": "Plan 2016", "name": "Safe", "sequence": 1})
    source = {"code": "S1", "name": "MoJ", "kind": "central_grant", "provider_code": "moj"}
    load(FundingSourceResource, source)
    new = {"code": "F2", "name": "New Fund", "theme_code": "T1", "source_codes": "S1"}
    old = {"code": "F1", "name": "Old Fund", "status": "replaced", "successor_code": "F2"}
    load(FundResource, {**old, "other_names": "Older Fund (until 31/03/2019); OF"}, new)
    load(DecisionResource, {"reference": "D-1", "title": "Yes", "decided_on": "1 May 2021"})
    service = {"code": "SV", "name": "Service", "provider_codes": "moj", "fund_codes": "F1; F2"}
    load(ServiceResource, {**service, "area_codes": "E08000030", "scope": "local"})
    total = a_total(fund_code="F1", service_code="SV", count="589", count_of="projects")
    load(ReportedTotalResource, total)

    assert Theme.objects.get().plan.name == "Plan 2016"
    old = Fund.objects.get(code="F1")
    assert (old.successor.code, old.names.get(name="Older Fund").used_until) == (
        "F2",
        date(2019, 3, 31),
    )
    assert Service.objects.get().funds.count() == 2
    assert ReportedTotal.objects.get().count == 589


def test_a_condition_is_found_by_its_code_or_its_text():
    award = a.a_draft(reference="A-1")
    coded = {"code": "R1", "applies_to": "all contracts", "text": "Pay the living wage."}
    plain = {"code": "", "award_reference": award.reference, "text": "Report by June."}
    rows = [{"award_reference": "", **coded}, {"applies_to": "", **plain}]

    assert load(ConditionResource, *rows) == "2 added, 0 changed, 0 unchanged"
    rows[0]["text"] = "Pay the real living wage."
    assert load(ConditionResource, *rows) == "0 added, 1 changed, 1 unchanged"
    assert Condition.objects.count() == 2
