"""What is exported can be imported again, into the same register or into an empty one."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from commissioning.actions import awards, funds, payments
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Commitment,
    Condition,
    DecisionNotice,
    DelegatedLimit,
    Entry,
    Fund,
    FundingSource,
    FundName,
    HistoryEvent,
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
    Payment,
    Plan,
    Receipt,
    ReportedTotal,
    Service,
    ServiceName,
    Theme,
    User,
    Variation,
    Weighting,
)
from commissioning.resources import RESOURCES
from commissioning.resources.files import read_file
from tests import builders as a

pytestmark = pytest.mark.django_db

# In the order in which one stands on another; with the sheet that it comes in by.
ORDER = [
    (Area, ""),
    (Organisation, ""),
    (Plan, ""),
    (Theme, ""),
    (FundingSource, ""),
    (Fund, ""),
    (Budget, ""),
    (Receipt, ""),
    (Allocation, ""),
    (Weighting, "WeightingResource"),
    (Weighting, "WeightResource"),
    (Service, ""),
    (DecisionNotice, ""),
    (Award, "TakenOnAwardResource"),
    (Condition, ""),
    (ReportedTotal, ""),
    (Payment, ""),
]


@pytest.fixture(autouse=True)
def somebody(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    client.force_login(a.a_user(superuser=True))


def a_small_office() -> None:
    """A record of every noun, with a value in nearly every column."""
    force = a.an_area("West Midlands", kind="force", code="WM", note="=1+1; and\nmore")
    area = a.an_area("Aston", code="A1", parent=force)
    body = a.an_organisation("Zebra; Trust", withhold="place", withhold_ground="A refuge.")
    part = a.an_organisation("Aardvark", parent=body, website="https://example.org", role="-")
    part.areas.add(area, force)
    for name, is_former in (("A; B", False), ("Old", True)):
        OrganisationName.objects.create(organisation=part, name=name, is_former=is_former)
    OrganisationIdentifier.objects.create(organisation=part, scheme="GB-COH", number="09506232")
    plan = Plan.objects.create(name="Plan 2016", starts_on=date(2016, 4, 1))
    theme = Theme.objects.create(plan=plan, code="T1", name="Safe", slug="safe", sequence=1)
    source = a.a_source("MoJ", provider=body, ring_fence="Victims’ services only.")
    later = a.a_fund("Later", theme=theme, lead=part)
    fund = a.a_fund("Active Citizens", successor=later, date_precision="month")
    fund.sources.add(source)
    FundName.objects.create(fund=fund, name="ACF", used_until=date(2020, 3, 31))
    FundName.objects.create(fund=fund, name="Citizens’ Fund")
    service = a.a_service("Remedy", theme=theme, scope="local", starts_on=date(2018, 1, 1))
    service.providers.add(part)
    service.funds.add(fund)
    ServiceName.objects.create(service=service, name="RJ")
    decision = a.a_decision(title="@Decision", status="part", confidential_ground="Prices.")
    budget = a.a_budget("100000.01", fund, source, source_status="expected")
    later_budget = a.a_budget(5, fund, source, date(2027, 4, 1), date(2028, 3, 31))
    a.a_receipt(3, later_budget, reference="=R1", note="In part; more to come")
    a.a_receipt(-1, later_budget, reference="-R2")
    a.a_weighting({area: 10**12, force: 0}, name="=People", note="Table 1; sheet 2")
    first = a.an_allocation(40_000, budget, area)
    second = a.an_allocation(10_000, budget, area, purpose="Youth")
    award = Award(title="Old award", kind="contract", recipient=part, purpose="-5 %", fund=fund)
    awards.take_on(
        award,
        [(first, a.pounds("300.50")), (second, a.pounds(20))],
        from_record="Ledger",
        effective_on=date(2026, 4, 2),
        by=a.a_finance_officer(),
    )
    award.areas.add(area)
    award.themes.add(theme)
    Condition.objects.create(award=award, text="Report.", due_on=date(2026, 6, 1))
    Condition.objects.create(applies_to="All contracts", text="Pay the living wage.", code="R1")
    ReportedTotal.objects.create(
        code="R", label="Total", kind="awards", amount=a.pounds("2700000.10"), document="Report",
        count=589, count_of="projects", fund=fund, award=award, service=service, area=area,
        organisation=body, source=source, qualifier="about",
    )  # fmt: skip
    payment = Payment(commitment=award.commitments.first(), amount=a.pounds(5), reference="+44")
    payments.request(payment, by=a.an_officer())
    assert decision.pk


def export(client, model, kind: str, resource: str = "") -> bytes:
    page = client.post(
        reverse(f"admin:commissioning_{model._meta.model_name}_export"),
        {"format": kind, "resource": resource},
    )
    assert page.status_code == 200
    return page.content


def look_at(client, model, data: bytes, resource: str = ""):
    page = client.post(
        reverse(f"admin:commissioning_{model._meta.model_name}_import"),
        {"import_file": SimpleUploadedFile("sheet", data), "resource": resource},
    )
    assert "counts" in page.context, (model, refusals(page))
    return page


def refusals(page) -> list[str]:
    return [str(refusal) for refusal in page.context.get("refusals", [])] or page.context[
        "form"
    ].errors


def bring_in(client, model, data: bytes, resource: str = "") -> None:
    page = look_at(client, model, data, resource)
    client.post(
        reverse(f"admin:commissioning_{model._meta.model_name}_process_import"),
        {name: page.context[name] for name in ("token", "resource")},
    )


def rows_of(data: bytes) -> set[tuple]:
    """The rows of an exported file without what is for reading only."""
    sheet = read_file(data)
    hidden = {"is_published"}
    kept = [place for place, name in enumerate(sheet.headers) if name not in hidden]
    return {tuple(str(row[place] or "") for place in kept) for row in sheet}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_brought_into_an_empty_register_gives_the_same_records(client, kind):
    users = set(User.objects.values_list("pk", flat=True))
    with transaction.atomic():
        a_small_office()
        files = [(model, name, export(client, model, kind, name)) for model, name in ORDER]
        transaction.set_rollback(True)
    assert set(User.objects.values_list("pk", flat=True)) == users
    assert not Area.objects.exists()

    for model, name, data in files:
        bring_in(client, model, data, name)

    for model, name, data in files:
        assert rows_of(export(client, model, kind, name)) == rows_of(data), model
    assert Budget.objects.get(starts_on=date(2026, 4, 1)).allocated == 50_000


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_brought_in_where_it_came_from_changes_nothing(client, kind):
    a_small_office()
    changes = HistoryEvent.objects.exclude(verb="exported")
    events = changes.count()

    for model, name in ORDER:
        counts = look_at(client, model, export(client, model, kind, name), name).context["counts"]
        assert (counts.created, counts.updated) == (0, 0), model
        assert counts.unchanged == counts.rows or model is Award
    assert changes.count() == events


def test_drafts_come_back_with_all_their_lines(client):
    first, second = a.an_allocation(), a.an_allocation()
    draft = a.a_draft(100, first, reference="A-1")
    awards.propose(draft, [(second, a.pounds("200.25"))], by=a.an_officer())
    data = export(client, Award, "xlsx", "AwardResource")
    for line in draft.commitments.all():
        line.delete()
    draft.delete()

    bring_in(client, Award, data, "AwardResource")

    lines = Award.objects.get(reference="A-1").commitments
    assert {(line.allocation, line.proposed) for line in lines.all()} == {
        (first, a.pounds(100)),
        (second, a.pounds("200.25")),
    }


def test_every_noun_has_a_sheet_and_every_sheet_an_export_page(client):
    a_small_office()
    budget = Budget.objects.first()
    funds.revise_budget(
        budget, a.pounds(-1), effective_on=date(2026, 5, 1), note="Cut.", by=a.a_finance_officer()
    )

    for model in (Entry, HistoryEvent, Commitment):
        for kind in ("csv", "xlsx"):
            rows = model.objects.count()
            assert len(read_file(export(client, model, kind))) == rows
    with_lists = {model for model, _ in ORDER} | {Entry, HistoryEvent, Commitment}
    of_app = {model for model in RESOURCES if model._meta.app_label == "commissioning"}
    assert of_app - with_lists == {DelegatedLimit, Variation}
    assert export(client, Award, "csv", "VariationResource")


def test_an_exported_sheet_takes_the_same_number_of_queries_for_one_row_and_for_many(
    client, django_assert_max_num_queries
):
    for _ in range(3):
        a.an_award(10, a.an_allocation(10), recipient=a.an_organisation())

    with django_assert_max_num_queries(17):
        export(client, Award, "xlsx", "AwardResource")


def test_a_file_for_excel_opens_on_its_first_line(client):
    a.an_area("Walsall", code="E1")

    data = export(client, Area, "xlsx")

    assert read_file(data).headers[0] == "code"
    assert io.BytesIO(data).read(2) == b"PK"
