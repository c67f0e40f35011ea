"""Money is shared by published numbers, to the penny, and what was decided stands beside it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commissioning.actions import funds, records, weightings
from commissioning.figures.shares import by_formula, population_shares
from commissioning.models import Allocation, Entry, HistoryEvent, Weight, Weighting
from commissioning.money import LARGEST, share
from commissioning.rules import RuleBroken
from tests import builders as a

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

pence = st.decimals(0, LARGEST, places=2, allow_nan=False, allow_infinity=False)
# As large as the column holds.
numbers = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=12).filter(any)


def people(**counts: int) -> Weighting:
    """A population release over areas of these names."""
    return a.a_weighting({a.an_area(name): count for name, count in counts.items()})


def area(weighting: Weighting, name: str):
    return weighting.weights.get(area__name=name).area


# --- Splitting ------------------------------------------------------------------------------------


@given(pence, numbers)
def test_shares_of_the_largest_numbers_add_up_to_the_penny(total, weights):
    shares = share(total, weights)

    assert sum(shares) == total
    for part, weight in zip(shares, weights, strict=True):
        exact = Fraction(total) * weight / sum(weights)
        assert abs(Fraction(part) - exact) < Fraction(1, 100)


@given(pence, numbers)
def test_whoever_lost_more_to_rounding_gets_the_penny_first(total, weights):
    exact = [Fraction(total) * 100 * weight / sum(weights) for weight in weights]
    given_up = [
        (part % 1, int(pounds * 100) > part // 1)
        for part, pounds in zip(exact, share(total, weights), strict=True)
    ]

    got = [lost for lost, has_penny in given_up if has_penny]
    went_without = [lost for lost, has_penny in given_up if not has_penny]
    assert not got or not went_without or min(got) >= max(went_without)


def test_seven_areas_share_a_million_by_their_people():
    shares = share(Decimal("1000000.00"), [70_000, 60_000, 50_000, 40_000, 30_000, 20_000, 10_000])

    assert [f"{part:.2f}" for part in shares] == [
        "250000.00", "214285.71", "178571.43", "142857.14", "107142.86", "71428.57", "35714.29",
    ]  # fmt: skip
    assert sum(shares) == Decimal("1000000.00")


def test_the_penny_left_over_does_not_depend_on_the_order_in_which_areas_are_asked_for():
    weighting = people(Aston=1, Bordesley=1, Castle=1)
    areas = a.areas_of(weighting)

    one_way = {each.area: each.amount for each in by_formula(weighting, areas, a.pounds(1))}
    other = {each.area: each.amount for each in by_formula(weighting, areas[::-1], a.pounds(1))}

    assert one_way == other
    assert sorted(one_way.values()) == [a.pounds(".33"), a.pounds(".33"), a.pounds(".34")]


# --- Population -----------------------------------------------------------------------------------


def test_population_is_read_from_the_latest_release():
    people(Earlier=5)
    latest = a.a_weighting(
        {(north := a.an_area("North")): 3, (south := a.an_area("South")): 1},
        released_on=date(2022, 12, 21),
    )
    a.a_weighting({north: 9}, kind="crime", released_on=date(2023, 1, 1))
    a.a_weighting({north: 9}, released_on=timezone.localdate() + timezone.timedelta(days=1))

    found = population_shares()

    assert found.weighting == latest
    assert found.people == {north.pk: 3, south.pk: 1}
    assert found.shares == {north.pk: Fraction(3, 4), south.pk: Fraction(1, 4)}


def test_a_force_does_not_count_beside_the_areas_in_it():
    force = a.an_area("Force", kind="force")
    north = a.an_area("North", parent=force)
    a.a_weighting({force: 4, north: 4})

    assert population_shares().shares == {north.pk: 1}


def test_no_population_is_told_where_none_is_recorded():
    assert population_shares() is None

    a.a_weighting(kind="need")

    assert population_shares() is None


# --- Sharing by formula ---------------------------------------------------------------------------


def test_each_area_gets_its_share_and_what_the_formula_gave_is_recorded():
    budget, weighting = a.a_budget(100), people(North=2, South=1)

    north, south = a.shares_by_formula(100, weighting, budget, purpose="Youth")

    assert (north.amount, south.amount) == (a.pounds("66.67"), a.pounds("33.33"))
    assert (north.weighting, north.formula_amount) == (weighting, a.pounds("66.67"))
    assert (north.decided_amount, north.departure_reason) == (a.pounds("66.67"), "")
    assert north.purpose == south.purpose == "Youth"
    budget.refresh_from_db()
    assert budget.unallocated == 0


def test_another_amount_than_the_formula_gives_stands_beside_it_with_its_reason():
    weighting = people(North=1, South=1)
    decided = {
        area(weighting, "North"): (60, "Higher need. "),
        area(weighting, "South"): ("40.00", "North needs more."),
    }

    north, south = a.shares_by_formula(100, weighting, decided=decided)

    assert (north.amount, north.formula_amount, north.decided_amount) == (60, 50, 60)
    assert north.departure_reason == "Higher need."
    assert (south.amount, south.departure_reason) == (40, "North needs more.")
    event = HistoryEvent.objects.get(verb="added", subject_type="allocation", subject_id=north.pk)
    assert event.after["formula_amount"] == "50.00"
    assert event.after["departure_reason"] == "Higher need."


def test_an_area_that_is_given_nothing_keeps_its_share_and_the_reason_on_record():
    weighting = people(North=1, South=1)
    decided = {
        area(weighting, "North"): (100, "All of it is needed here."),
        area(weighting, "South"): (0, "It has money of its own."),
    }

    _, south = a.shares_by_formula(100, weighting, decided=decided)

    assert (south.amount, south.formula_amount, south.decided_amount) == (0, 50, 0)
    assert south.departure_reason == "It has money of its own."
    assert not Entry.objects.filter(allocation=south).exists()


def test_sharing_more_by_the_same_weighting_adds_to_what_was_proposed():
    weighting, budget = people(North=3, South=1), a.a_budget(1_000)
    north, south = (area(weighting, name) for name in ("North", "South"))
    a.shares_by_formula(
        100, weighting, budget, {north: (50, "Too late to use all."), south: (50, "Instead.")}
    )

    more, _ = a.shares_by_formula(100, weighting, budget)

    assert (more.amount, more.formula_amount, more.decided_amount) == (125, 150, 125)
    assert more.departure_reason == "Too late to use all."


def test_money_allocated_otherwise_is_not_mixed_with_a_share():
    weighting, budget = people(North=1), a.a_budget()
    a.an_allocation(5, budget, area(weighting, "North"))

    with pytest.raises(RuleBroken, match=r"already has £5.00 that was allocated without"):
        a.shares_by_formula(100, weighting, budget)

    a.shares_by_formula(100, weighting, budget, purpose="Youth")
    other = a.a_weighting({area(weighting, "North"): 1})
    with pytest.raises(RuleBroken, match=r"already has £100.00 that was shared by “Weighting"):
        a.shares_by_formula(100, other, budget, purpose="Youth")


def test_a_share_that_was_all_taken_back_can_be_shared_anew():
    weighting, budget = people(North=1), a.a_budget(100)
    (north,) = a.shares_by_formula(100, weighting, budget)
    funds.allocate(
        [(north, a.pounds(-100))],
        effective_on=budget.starts_on,
        note="Back.",
        by=a.a_finance_officer(),
    )
    other = a.a_weighting({north.area: 7}, kind="need")

    (anew,) = a.shares_by_formula(40, other, budget)

    assert (anew.pk, anew.weighting, anew.formula_amount) == (north.pk, other, 40)


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("north", "south", "sentence"),
    [
        (
            ("60.00", ""),
            (40, "North needs more."),
            r"North: £60.00 is decided, £50.00 is its share",
        ),
        ((60, " "), (40, "x"), r"Say why"),
        ((60, "x"), ("40.01", "x"), r"come to £100.01, £0.01 more than the £100.00 to share"),
        ((50, ""), ("49.99", "x"), r"come to £99.99, £0.01 less than the £100.00 to share"),
        ((101, "x"), (-1, "x"), r"South cannot get less than £0.00"),
    ],
)
def test_a_decision_that_does_not_hold_is_refused_whole(north, south, sentence):
    weighting = people(North=1, South=1)
    decided = {area(weighting, "North"): north, area(weighting, "South"): south}

    with pytest.raises(RuleBroken, match=sentence):
        a.shares_by_formula(100, weighting, decided=decided)

    assert not Allocation.objects.exists()


def test_no_more_is_shared_than_is_left_to_allocate():
    budget = a.a_budget(100)
    a.an_allocation(40, budget)

    with pytest.raises(RuleBroken, match=r"£60.01 cannot be shared.*£40.00 is allocated and £60"):
        a.shares_by_formula("60.01", budget=budget)
    a.shares_by_formula(60, budget=budget)


def test_whoever_authorised_a_margin_does_not_share_it():
    finance, budget = a.a_finance_officer(), a.a_budget(100)
    late = {"reason": "Late grant.", "starts_on": budget.starts_on}
    funds.authorise_margin(budget, a.pounds(50), by=finance, **late)

    with pytest.raises(RuleBroken, match="which you authorised yourself"):
        a.shares_by_formula(150, budget=budget, by=finance)
    a.shares_by_formula(150, budget=budget)


def test_an_area_without_a_number_is_named():
    weighting = people(North=1)
    with pytest.raises(RuleBroken, match=r"“Weighting \d+” has no number for Elsewhere, Nowhere\."):
        weightings.proposed(weighting, [a.an_area("Elsewhere"), a.an_area("Nowhere")], a.pounds(1))


@pytest.mark.parametrize(
    ("counts", "amount", "sentence"),
    [
        ({"North": 0}, 1, "no number above 0"),
        ({}, 1, "Choose at least one area"),
        ({"North": 1}, 0, "must be more than £0.00"),
        ({"North": 1}, -1, "must be more than £0.00"),
    ],
)
def test_what_cannot_be_shared_is_refused(counts, amount, sentence):
    weighting = people(**counts)
    with pytest.raises(RuleBroken, match=sentence):
        weightings.proposed(weighting, a.areas_of(weighting), a.pounds(amount))


def test_an_area_does_not_share_beside_one_that_it_lies_in():
    force = a.an_area("Force", kind="force")
    town = a.an_area("Town", parent=force)
    unit = a.an_area("Unit", kind="neighbourhood_unit", parent=town)
    weighting = a.a_weighting({force: 9, town: 5, unit: 1})

    with pytest.raises(RuleBroken, match="Unit lies in Force"):
        weightings.proposed(weighting, [force, unit], a.pounds(1))


def test_money_is_not_shared_by_numbers_that_are_not_released_yet():
    coming = a.a_weighting(released_on=timezone.localdate() + timezone.timedelta(days=1))
    with pytest.raises(RuleBroken, match="Money is not shared by it before then"):
        a.shares_by_formula(100, coming)


# --- What a decided share stands on, stays --------------------------------------------------------


def a_used_weighting() -> Weighting:
    weighting = people(North=3, South=1)
    a.shares_by_formula(100, weighting)
    return weighting


def test_numbers_can_be_put_right_while_nothing_stands_on_them():
    weighting, by = people(North=3, South=1), a.an_officer()
    north = weighting.weights.get(area__name="North")
    north.value = 5
    weightings.weigh(north, by=by)
    weightings.take_out(weighting.weights.get(area__name="South"), by=by)
    weighting.name = "Corrected"
    records.save(weighting, by=by)

    assert [(w.area.name, w.value) for w in weighting.weights.all()] == [("North", 5)]
    changed = HistoryEvent.objects.get(verb="changed", subject_type="weight")
    assert (changed.before["value"], changed.after["value"]) == ("3", "5")


@pytest.mark.parametrize("field", ["code", "name", "kind", "released_on", "source_ref"])
def test_a_weighting_that_allocations_stand_on_is_not_described_anew(field):
    weighting = a_used_weighting()
    others = {"kind": "need", "released_on": date(2020, 1, 1)}
    setattr(weighting, field, others.get(field, "Other"))

    with pytest.raises(ValidationError, match="Allocations stand on this weighting"):
        records.save(weighting, by=a.an_officer())
    with pytest.raises(IntegrityError, match="weighting_stays"), transaction.atomic():
        weighting.save()


def test_a_note_for_staff_can_be_added_to_it():
    weighting = a_used_weighting()
    weighting.note = "Checked against the release."
    records.save(weighting, by=a.an_officer())
    weighting.refresh_from_db()
    assert weighting.note == "Checked against the release."


def test_its_numbers_are_neither_changed_nor_added_to_nor_taken_out():
    weighting, by = a_used_weighting(), a.an_officer()
    weight = weighting.weights.first()
    weight.value += 1
    more = Weight(weighting=weighting, area=a.an_area(), value=1)

    for deed in (
        lambda: weightings.weigh(weight, by=by),
        lambda: weightings.weigh(more, by=by),
        lambda: weightings.take_out(weight, by=by),
        lambda: records.save(weight, by=by),
        lambda: records.save(more, by=by),
        lambda: records.remove(weight, by=by),
    ):
        with pytest.raises(ValidationError, match="Allocations stand on this weighting"):
            deed()
    weight.refresh_from_db()
    assert weight.value == 3


def test_the_database_itself_keeps_the_numbers():
    weighting = a_used_weighting()
    other = a.a_weighting()
    weights = Weight.objects.filter(weighting=weighting)
    more = Weight(weighting=weighting, area=a.an_area(), value=1)

    for deed in (
        lambda: weights.update(value=7),
        lambda: weights.update(weighting=other),
        lambda: Weight.objects.filter(weighting=other).update(weighting=weighting),
        lambda: weights.delete(),
        lambda: Weight.objects.bulk_create([more]),
        lambda: Weighting.objects.filter(pk=weighting.pk).update(name="Other"),
    ):
        with pytest.raises(IntegrityError, match="weighting_stays"), transaction.atomic():
            deed()
    assert sorted(weights.values_list("value", flat=True)) == [1, 3]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statement")
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO commissioning_weight SELECT * FROM commissioning_weight",
        "INSERT OR REPLACE INTO commissioning_weighting SELECT * FROM commissioning_weighting",
    ],
)
def test_nothing_of_it_is_replaced(statement):
    a_used_weighting()
    with (
        pytest.raises(IntegrityError, match="weighting_stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_new_release_changes_nothing_that_was_decided():
    weighting, budget = people(North=3, South=1), a.a_budget(200)
    north, _ = a.shares_by_formula(100, weighting, budget)
    newer = a.a_weighting(dict.fromkeys(a.areas_of(weighting), 1), released_on=date(2022, 1, 1))
    a.shares_by_formula(100, newer, budget, purpose="Second half")

    north.refresh_from_db()

    assert (north.weighting, north.formula_amount, north.amount) == (weighting, 75, 75)


def test_a_decided_share_needs_the_amounts_as_well():
    with pytest.raises(RuleBroken, match="names its weighting"):
        records.save(
            Allocation(budget=a.a_budget(), area=a.an_area(), weighting=a.a_weighting()),
            by=a.a_finance_officer(),
        )
