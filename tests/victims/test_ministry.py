"""The ministry's return: the accepted numbers, posts, and what is not in it."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from commissioning import roles
from programmes.models import Category
from tests import builders as a
from victims.actions import returns
from victims.grids import WHOLE, values_of
from victims.models import IndicatorSet
from victims.resources.ministry import ministry_return

pytestmark = pytest.mark.django_db

YEAR = (date(2025, 4, 1), date(2026, 3, 31))
QUARTER = (date(2025, 4, 1), date(2025, 6, 30))


def sheet(book: bytes, name: str, headings: int = 1) -> list[tuple]:
    """The rows of one sheet below its headings."""
    page = load_workbook(io.BytesIO(book))[name]
    rows = list(page.iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == "Service")
    return rows[start + 1 :]


def numbers(book: bytes) -> dict:
    """(service, counted, category) → number."""
    return {(row[0], row[1], row[3]): row[4] for row in sheet(book, "Counts")}


def test_it_holds_exactly_the_accepted_numbers():
    areas = [a.an_area("Walsall"), a.an_area("Dudley")]
    service = a.a_victims_service("Helping Hand", areas=areas)
    made = a.an_accepted_return(service, each=7)

    book = ministry_return(service.indicator_set, *QUARTER)

    assert numbers(book) == {
        ("Helping Hand", str(counted), str(spot.category or "All")): value
        for (counted, spot), value in values_of(made).items()
        if spot.area is None
    }


def test_numbers_add_up_over_periods_as_each_does():
    service = a.a_victims_service("Helping Hand")
    a.an_accepted_return(service, each=7)
    a.an_accepted_return(service, each=9)

    book = ministry_return(service.indicator_set, *YEAR)

    found = numbers(book)
    assert found["Helping Hand", "Referrals", "All"] == 48
    assert found["Helping Hand", "Waiting", "All"] == 9
    assert found["Helping Hand", "Supported", "All"] is None
    why = {row[:4:3] + row[1:2]: row[6] for row in sheet(book, "Counts")}
    assert "some are in several" in why["Helping Hand", "All", "Supported"]
    assert "The returns say 21, 27." in why["Helping Hand", "All", "Supported"]


def test_what_is_not_accepted_or_of_another_set_or_period_is_not_in_it():
    service = a.a_victims_service("Helping Hand")
    a.an_accepted_return(service, each=7)
    a.a_certified_return(service, each=100)
    a.an_accepted_return(a.a_victims_service("Safe Home"), each=1000)

    book = ministry_return(service.indicator_set, date(2025, 5, 1), date(2025, 12, 31))
    assert numbers(book) == {}
    assert [(row[1].date(), row[3]) for row in sheet(book, "Not in it")] == [
        (date(2025, 4, 1), "accepted, but partly of another period"),
        (date(2025, 7, 1), "certified"),
        (date(2025, 10, 1), "due"),
    ]


def test_a_corrected_return_is_in_it_once():
    service = a.a_victims_service("Helping Hand")
    first = a.an_accepted_return(service, each=7)
    new = returns.reopen(first, reason="Counted twice.", by=a.an_approver())
    assert (
        numbers(ministry_return(service.indicator_set, *YEAR))["Helping Hand", "Referrals", "All"]
        == values_of(first)[service.indicator_set.counted.get(code="referrals"), WHOLE]
    )

    returns.submit(new, a.counts_of(new, 5), by=a.an_officer())
    returns.certify(new, by=a.a_finance_officer())
    returns.accept(new, by=a.an_approver())

    found = numbers(ministry_return(service.indicator_set, *YEAR))
    assert found["Helping Hand", "Referrals", "All"] == 15


def test_posts_are_counted_in_full_time_equivalents():
    service = a.a_victims_service("Helping Hand", starts_on=None)
    a.a_post("1", service)
    a.a_post("0.5", service, starts_on=date(2025, 10, 1))
    a.a_post("0.8", service, kind="idva", ends_on=date(2025, 9, 30))
    a.a_post("1", service, ends_on=date(2025, 4, 1), starts_on=date(2024, 4, 1), kind="other")

    book = ministry_return(service.indicator_set, *YEAR)

    rows = {row[1][:4]: row[2:4] for row in sheet(book, "Posts")}
    # 182 of 365 days; 183 of 365 days; one day.
    assert rows["ISVA"] == (1.25, 1.5)
    assert rows["IDVA"] == (0.4, 0)
    assert rows["othe"] == (0, 0)


def test_a_name_that_looks_like_a_formula_is_text():
    service = a.a_victims_service("=HYPERLINK(1)")
    a.an_accepted_return(service)

    page = load_workbook(io.BytesIO(ministry_return(service.indicator_set, *YEAR)))["Counts"]

    cells = [row[0] for row in page.iter_rows() if row[0].value == "=HYPERLINK(1)"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_staff_download_it_for_a_period_of_their_choice(client):
    service = a.a_victims_service("Helping Hand")
    a.an_accepted_return(service, each=7)
    address = reverse("admin:victims_indicatorset_ministry", args=[service.indicator_set_id])
    client.force_login(a.a_user(roles.FINANCE))

    assert b"First day" in client.get(address).content
    answer = client.get(address, {"first_day": "2025-04-01", "last_day": "2025-06-30"})

    assert numbers(answer.content)["Helping Hand", "Referrals", "All"] == 21
    wrong = client.get(address, {"first_day": "2025-04-01", "last_day": "2024-06-30"})
    assert "The period cannot end before it starts." in wrong.content.decode()
    assert client.get(address, {"first_day": "x"}).status_code == 200


def test_the_standard_set_counts_by_the_eight_needs_and_is_loaded_once():
    call_command("load_indicator_set")
    call_command("load_indicator_set")

    made = IndicatorSet.objects.get()
    needs = made.categories.filter(breakdown__code="victims-need").exclude(name__contains="not kn")
    assert needs.count() == 8
    hidden_up_to = dict(Category.objects.values_list("code", "small_up_to"))
    for code in ("sexual-violence", "fgm", "modern-slavery"):
        assert hidden_up_to[f"victims-crime-{code}"] == 9
    assert hidden_up_to["victims-crime-volume"] is None
    assert made.counted.get(code="improved").no_more_than.code == "assessed"
    assert set(made.counted.values_list("code", flat=True)) >= {
        "referrals",
        "contacted",
        "declined",
        "started",
        "supported",
        "carried-forward",
        "exits",
        "waiting",
        "rj-by-victim",
        "rj-by-offender",
    }


def test_a_return_of_the_standard_set_is_accepted():
    call_command("load_indicator_set")
    service = a.a_victims_service(
        indicator_set=IndicatorSet.objects.get(), areas=[a.an_area("Walsall")]
    )

    made = a.an_accepted_return(service)

    assert made.status == "accepted"
