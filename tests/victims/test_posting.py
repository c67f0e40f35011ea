"""Accepted returns become figures, which releases show and corrections move."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.actions import publication
from programmes.actions import releases
from programmes.figures import Over, add_up
from programmes.models import Measure, Missing, Observation, ReleasedCell
from tests import builders as a
from victims.actions import returns

pytestmark = pytest.mark.django_db


def measure(service, code) -> Measure:
    return Measure.objects.get(code=f"V-{service.pk}-{code}")


def figures(service, code, **place) -> list:
    found = Observation.objects.filter(measure=measure(service, code), **place).current()
    return list(found.order_by("starts_on", "pk"))


def whole_of(service, code) -> list[Decimal]:
    return [figure.value for figure in figures(service, code, area=None, category=None)]


def correct(accepted, each: int):
    new = returns.reopen(accepted, reason="Counted twice.", by=a.an_approver())
    returns.submit(new, a.counts_of(new, each), by=a.an_officer())
    returns.certify(new, by=a.a_finance_officer())
    return returns.accept(new, by=a.an_approver())


def test_nothing_is_a_figure_before_it_is_accepted():
    a.a_certified_return()

    assert not Observation.objects.exists()
    assert not Measure.objects.exists()


def test_each_number_of_an_accepted_return_is_a_figure_with_its_source():
    service = a.a_victims_service("Helping Hand")
    made = a.an_accepted_return(service)

    by_crime_type = figures(service, "referrals")
    assert [(str(one.category or "all"), one.value) for one in by_crime_type] == [
        ("Burglary", 2),
        ("Assault", 2),
        ("Not known", 2),
        ("all", 6),
    ]
    one = by_crime_type[0]
    assert one.document == "Monitoring return for 1 April 2025 to 30 June 2025"
    assert (one.period_kind, one.starts_on, one.ends_on) == (
        "quarter",
        date(2025, 4, 1),
        date(2025, 6, 30),
    )
    shares = Observation.objects.filter(measure__form="percent").count()
    assert Observation.objects.count() == made.counts.count() + shares


def test_measures_are_the_service_s_and_add_up_as_the_set_says():
    service = a.a_victims_service(small_up_to=9)
    a.an_accepted_return(service)
    a.an_accepted_return(service)

    made = measure(service, "supported")
    assert made.service == service.service
    assert (made.over_periods, made.over_categories) == ("unique", "unique")
    assert made.small_up_to == 9
    assert not made.is_published
    referrals = figures(service, "referrals", category=None)
    assert add_up(measure(service, "referrals"), referrals, Over.PERIODS).value == 12
    waiting = figures(service, "waiting")
    assert add_up(measure(service, "waiting"), waiting, Over.PERIODS).value == 2
    supported = figures(service, "supported", category=None)
    assert add_up(made, supported, Over.PERIODS).value is None


def test_a_number_that_is_missing_is_no_figure_and_never_0():
    made = a.a_return()
    values = a.counts_of(made)
    waiting = next(key for key in values if key[0].code == "waiting")
    missing = {waiting: Missing.NOT_COLLECTED}
    returns.submit(made, {**values, **missing}, by=a.an_officer())
    returns.certify(made, by=a.a_finance_officer())
    returns.accept(made, by=a.an_approver())

    figure = figures(made.service, "waiting")[0]
    assert (figure.value, figure.missing) == (None, "not_collected")


def test_percentages_are_worked_out_from_both_numbers():
    made = a.a_return()
    values = a.counts_of(made, 3)
    for counted, spot in values:
        if counted.code == "improved":
            values[counted, spot] = 0 if str(spot.category) == "Health" else 1
    for key in [key for key in values if key[0].code == "improved" and key[1].category is None]:
        values[key] = 2
    returns.submit(made, values, by=a.an_officer())
    returns.certify(made, by=a.a_finance_officer())
    returns.accept(made, by=a.an_approver())

    shares = figures(made.service, "improved-share")
    assert [one.value for one in shares] == [
        Decimal("33.3333"),
        0,
        Decimal("33.3333"),
        Decimal("22.2222"),
    ]
    share = measure(made.service, "improved-share")
    assert share.numerator == measure(made.service, "improved")
    assert share.denominator == measure(made.service, "assessed")


def test_a_corrected_return_moves_totals_and_leaves_what_stood_on_record():
    service = a.a_victims_service()
    first = a.an_accepted_return(service)
    a.an_accepted_return(service, each=10)
    assert whole_of(service, "referrals") == [6, 30]

    posted = correct(first, 5)

    assert whole_of(service, "referrals") == [15, 30]
    # Shares stay what they were: all who were assessed are better off in both versions.
    assert posted.changed == first.counts.count()
    versions = Observation.objects.filter(measure=measure(service, "referrals"), category=None)
    assert versions.filter(starts_on=date(2025, 4, 1)).count() == 2


def test_a_return_is_accepted_as_it_was_sent_though_the_service_reports_by_another_set_now():
    made = a.a_certified_return()
    made.service.indicator_set = a.an_indicator_set()
    made.service.save()

    returns.accept(made, by=a.an_approver())

    assert whole_of(made.service, "referrals") == [6]


def test_a_corrected_return_that_says_the_same_changes_nothing():
    first = a.an_accepted_return()
    before = Observation.objects.count()

    posted = correct(first, 2)

    assert (posted.added, posted.changed) == (0, 0)
    assert Observation.objects.count() == before


def test_a_release_shows_what_was_accepted_and_hides_what_is_small():
    service = a.a_victims_service()
    made = a.a_return(service)
    values = a.counts_of(made, 20)
    for counted, spot in values:
        if counted.code == "referrals" and str(spot.category) == "Burglary":
            values[counted, spot] = 3
        if counted.code == "referrals" and spot.category is None:
            values[counted, spot] = 43
        if counted.code == "accepted":
            values[counted, spot] = 0
    returns.submit(made, values, by=a.an_officer())
    returns.certify(made, by=a.a_finance_officer())
    returns.accept(made, by=a.an_approver())
    referrals = measure(service, "referrals")
    publication.publish([referrals], by=a.an_officer())

    releases.release([referrals], title="Quarter 1", by=a.an_officer())

    shown = {
        str(cell.category or "all"): None if cell.is_hidden else cell.value
        for cell in ReleasedCell.objects.published()
    }
    assert shown["all"] == 43
    assert shown["Burglary"] is None
    assert list(shown.values()).count(None) == 2


def test_what_was_released_stays_until_it_is_released_anew():
    service = a.a_victims_service()
    first = a.an_accepted_return(service, each=20)
    referrals = measure(service, "referrals")
    publication.publish([referrals], by=a.an_officer())
    releases.release([referrals], title="First", by=a.an_officer())

    correct(first, 50)
    whole = {"category": None, "measure": referrals}
    assert ReleasedCell.objects.published().get(**whole).value == 60

    releases.release([referrals], title="Corrected", by=a.an_officer())
    assert ReleasedCell.objects.published().get(**whole).value == 150
