"""Runs of what the law asks to be published: made of published records, and never changed."""

import csv
import hashlib
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import roles
from commissioning.actions import publication
from commissioning.days import in_words
from commissioning.models import HistoryEvent, Organisation
from commissioning.rules import RuleBroken
from tests import builders as a
from tests import world
from transparency import readiness
from transparency.actions import runs
from transparency.duties import DUTIES, Kind
from transparency.models import Run

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("kind", "day", "slug", "label", "due_on"),
    [
        (Kind.GRANTS, date(2026, 5, 31), "2026-05", "May 2026", date(2026, 6, 30)),
        (Kind.SPENDING, date(2024, 2, 29), "2024-02", "February 2024", date(2024, 3, 31)),
        (
            Kind.CONTRACTS,
            date(2027, 2, 1),
            "2026-27-quarter-4",
            "January to March 2027",
            date(2027, 4, 30),
        ),
        (Kind.BUDGET, date(2026, 4, 1), "2026-27", "2026/27", date(2026, 3, 31)),
    ],
)
def test_a_period_has_an_address_words_and_a_day_it_is_due(kind, day, slug, label, due_on):
    duty = DUTIES[kind]
    period = duty.period_of(day)

    assert (period.slug, period.label, duty.due_on(period)) == (slug, label, due_on)
    assert duty.period(slug) == period


def test_a_run_of_grants_holds_what_the_law_asks_for(client):
    award = world.a_public_award("12000")
    a.saved(a.a_condition(award))
    world.a_public_award("5000", kind="contract")
    a.an_award("7000")
    a.an_award("3000", effective_on=date(2026, 6, 1), published=True)

    run = a.a_run()

    names = [column["name"] for column in run.content["columns"]]
    (line,) = run.content["rows"]
    posted = dict(zip(names, line, strict=True))
    assert posted["reference"] == award.reference
    assert posted["recipient"] == award.recipient.name
    assert (posted["purpose"], posted["reason"]) == (award.purpose, award.reason)
    assert posted["amount"] == "12000.00"
    assert posted["conditions"] == [award.conditions.get().text]
    assert run.content["total"] == "12000.00"


def test_spending_is_above_500_pounds_and_published():
    award = world.a_public_award("12000")
    a.a_payment("500.00", award, paid_on=date(2026, 5, 2))
    a.a_payment("500.01", award, paid_on=date(2026, 5, 31))
    a.a_payment("900", award, paid_on=date(2026, 6, 1))
    a.a_payment("900", a.an_award(), paid_on=date(2026, 5, 3))

    run = a.a_run(Kind.SPENDING)

    assert run.content["total"] == "500.01"
    assert len(run.content["rows"]) == 1


def test_contracts_decisions_and_the_budget_have_runs():
    small = world.a_public_award("10000", kind="contract")
    world.a_public_award("10000.01", kind="contract")

    contracts = a.a_run(Kind.CONTRACTS).content
    assert [row[0] for row in contracts["rows"]] == [small.reference]
    decisions = a.a_run(Kind.DECISIONS, day=date(2026, 4, 1)).content
    assert small.decision.reference in [row[0] for row in decisions["rows"]]
    assert len(a.a_run(Kind.BUDGET).content["rows"]) == 2


def test_a_run_does_not_change_when_records_do(client):
    award = world.a_public_award("12000")
    run = a.a_run()
    before = client.get(run.get_absolute_url()).content

    publication.withdraw([award], reason="A mistake.", by=a.an_officer())

    assert client.get(run.get_absolute_url()).content == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(change_note="Nothing to see.")


def test_a_later_version_says_what_is_new_and_the_earlier_one_points_to_it(client):
    world.a_public_award("12000")
    first = a.a_run()
    world.a_public_award("1")
    with pytest.raises(RuleBroken, match="Say what is new"):
        a.a_run()

    second = a.a_run(change_note="One grant was late.")

    assert (first.number, second.number) == (1, 2)
    assert second.get_absolute_url() in client.get(first.get_absolute_url()).content.decode()
    page = client.get(reverse("transparency:duty", args=["grants"])).content.decode()
    assert "One grant was late." in page


def test_a_version_that_would_be_the_same_is_refused():
    a.a_run()
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        a.a_run(change_note="Again.")


def test_a_month_that_is_not_over_has_no_run():
    duty = DUTIES[Kind.GRANTS]
    period = duty.period_of(MAY)
    with pytest.raises(RuleBroken, match="not over yet"):
        runs.publish(duty, period, absolute=str, on=date(2026, 5, 31), by=a.an_officer())
    assert not Run.objects.exists()


def test_page_and_files_agree(client):
    world.a_public_award("12000.50", title="=1+1")
    world.a_public_award("7")
    run = a.a_run()
    address = run.get_absolute_url().rstrip("/")

    lines = list(csv.reader(StringIO(client.get(f"{address}.csv").content.decode())))
    amount = lines[0].index("Amount")
    assert sum(Decimal(line[amount]) for line in lines[1:]) == Decimal("12007.50")
    assert hashlib.sha256(client.get(f"{address}.csv").content).hexdigest() == run.sha256

    posted = client.get(f"{address}.json").json()
    assert (posted["count"], posted["total"]) == (2, "12007.50")

    sheet = load_workbook(BytesIO(client.get(f"{address}.xlsx").content)).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert 12000.5 in cells

    assert "£12,007.50 in all" in client.get(run.get_absolute_url()).content.decode()


def test_a_withheld_recipient_is_named_nowhere_and_the_ground_is_given(client):
    refuge = a.an_organisation(
        "Hidden Refuge", withhold=Organisation.Withhold.NAME, withhold_ground="Safety of people."
    )
    world.a_public_award("12000", recipient=refuge)
    run = a.a_run()
    address = run.get_absolute_url()

    page = client.get(address).content.decode()
    assert "Safety of people." in page
    for posted in (
        page,
        *(
            client.get(f"{address.rstrip('/')}.{f}").content.decode("latin-1")
            for f in ("csv", "json")
        ),
    ):
        assert "Hidden Refuge" not in posted
        assert "Name withheld" in posted


def test_a_withdrawn_version_shows_its_reason_and_nothing_else(client):
    award = world.a_public_award("12000", purpose="Something that must go.")
    run = a.a_run()
    runs.withdraw(run, reason="A recipient is withheld now.", by=a.an_officer())

    page = client.get(run.get_absolute_url()).content.decode()
    assert "A recipient is withheld now." in page
    assert award.purpose not in page
    for form in ("csv", "xlsx", "json"):
        answer = client.get(f"{run.get_absolute_url().rstrip('/')}.{form}")
        assert answer.status_code == 410
        assert award.purpose.encode() not in answer.content


def test_an_address_of_no_run_is_not_found(client):
    for address in ("nothing/", "grants/2026-13/1/", "grants/2026-05/1/", "grants/x/1.csv"):
        assert client.get(f"/transparency/runs/{address}").status_code == 404, address


@pytest.mark.parametrize("duty", DUTIES.values(), ids=lambda duty: duty.kind)
@pytest.mark.parametrize("since", [MAY, date(2026, 5, 31), date(2026, 4, 1), date(2026, 11, 30)])
def test_no_run_is_owed_of_days_before_the_office_started(settings, duty, since):
    settings.PUBLISHES_SINCE = since
    owed = [one.period for one in readiness.due(date(2026, 11, 30)) if one.duty is duty]

    assert all(period.last_day >= since and duty.due_on(period) >= since for period in owed)
    assert since == date(2026, 11, 30) or duty.every == "year" or owed[0].first_day <= since


def test_no_duty_is_older_than_the_first_commissioners(settings):
    settings.PUBLISHES_SINCE = date(2001, 1, 1)
    owed = [one.period for one in readiness.due(date(2013, 3, 31))]

    assert min(period.last_day for period in owed) >= date(2012, 11, 22)


def test_a_published_run_stays_listed_whenever_the_office_started(settings):
    settings.PUBLISHES_SINCE = date(2026, 11, 1)
    run = a.a_run()

    found = [one.latest for one in readiness.due(date(2026, 11, 30)) if one.period == run.period]

    assert run in found


class TestStaff:
    def test_what_is_due_is_listed_with_what_is_overdue(self, client, settings):
        settings.PUBLISHES_SINCE = MAY
        client.force_login(a.a_user(roles.PUBLISHER))
        page = client.get(reverse("admin:transparency_due")).content.decode()

        assert "<strong>overdue</strong>" in page
        assert "Spending over £500" in page

    def test_an_office_that_starts_today_is_not_overdue(self, client):
        world.a_public_award()
        client.force_login(a.a_user(roles.PUBLISHER))
        page = client.get(reverse("admin:transparency_due")).content.decode()

        assert "<strong>overdue</strong>" not in page
        assert f"is made here since {in_words(timezone.localdate())}" in page

    def test_the_page_of_a_run_says_what_is_not_ready_and_why(self, client):
        client.force_login(a.a_user(roles.PUBLISHER))
        hidden = a.an_award()
        address = reverse("admin:transparency_publish", args=["grants", "2026-05"])

        page = client.get(address).content.decode()

        assert hidden.reference in page
        assert "It is not published." in page

    def test_a_publisher_publishes_a_run_and_history_says_so(self, client):
        publisher = a.a_user(roles.PUBLISHER)
        client.force_login(publisher)
        world.a_public_award("12000")
        address = reverse("admin:transparency_publish", args=["grants", "2026-05"])

        assert client.post(address).status_code == 302

        run = Run.objects.get()
        assert run.made_by == publisher
        assert run.content["total"] == "12000.00"
        assert HistoryEvent.objects.filter(subject_type="run", verb="published").exists()

    def test_an_auditor_looks_and_does_not_publish(self, client):
        client.force_login(a.a_user(roles.AUDITOR))
        address = reverse("admin:transparency_publish", args=["grants", "2026-05"])

        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 403
        assert not Run.objects.exists()

    def test_what_is_withheld_is_listed_with_ground_decider_and_day(self, client):
        officer = a.a_user(roles.OFFICER, first_name="Ann", last_name="Officer")
        refuge = a.an_organisation("Refuge")
        refuge.withhold, refuge.withhold_ground = "name", "Safety."
        refuge.withhold_decided_by = officer
        a.saved(refuge, by=officer)
        client.force_login(a.a_user(roles.AUDITOR))

        page = client.get(reverse("admin:transparency_due")).content.decode()

        assert "Safety." in page
        assert "Ann Officer" in page
        assert "not recorded" not in page
