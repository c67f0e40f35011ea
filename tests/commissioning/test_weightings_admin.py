"""Weightings in the staff site, and sharing a budget by them: shares, decision, effect, deed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning import roles
from commissioning.models import Allocation, Budget, HistoryEvent, Weight, Weighting
from tests import builders as a
from tests.commissioning import staff
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

VERB = "allocate-by-formula"


@pytest.fixture(autouse=True)
def finance(client):
    user = a.a_user(roles.FINANCE)
    client.force_login(user)
    return user


@pytest.fixture
def weighting():
    areas = {a.an_area("Walsall"): 2, a.an_area("Dudley"): 1}
    return a.a_weighting(areas, name="Mid-2020 people")


def make_budget():
    return a.a_budget(1_000, a.a_fund("Active Citizens Fund"))


budget = for_the_module(make_budget)


def question(weighting: Weighting, amount="100", areas=None, **more) -> dict:
    areas = a.areas_of(weighting) if areas is None else areas
    return {
        "weighting": weighting.pk,
        "amount": amount,
        "areas": [area.pk for area in areas],
        "effective_on": "2026-06-01",
        **more,
    }


def proposed(page) -> dict:
    """What a browser sends back of the table of shares."""
    form = page.context["adminform"].form
    names = [name for name in form.fields if name.startswith(("decided_", "why_", "worked_out"))]
    return {name: form[name].value() for name in names}


def box(weighting: Weighting, name: str, kind: str = "decided") -> str:
    return f"{kind}_{weighting.weights.get(area__name=name).area_id}"


def words(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


# --- Sharing --------------------------------------------------------------------------------------


def test_shares_are_shown_then_confirmed_then_done(client, budget, weighting):
    posted = question(weighting)

    shares = staff.ask(client, budget, VERB, **posted)

    assert "Walsall 2 66.67% £66.67" in words(shares)
    assert "Dudley 1 33.33% £33.33" in words(shares)
    posted |= proposed(shares)
    assert [posted[box(weighting, name)] for name in ("Walsall", "Dudley")] == ["66.67", "33.33"]
    assert not Allocation.objects.exists()

    page = staff.ask(client, budget, VERB, **posted)

    assert (
        "£100.00 of £1,000.00 not yet allocated in Active Citizens Fund 2026/27"
    ) in staff.effect(page)
    assert "Walsall 2026/27 (Active Citizens Fund) will have £66.67." in staff.effect(page)
    assert "Dudley, Walsall" in words(page)
    assert not Allocation.objects.exists()

    staff.confirm(client, budget, VERB, page, **posted)

    walsall = Allocation.objects.get(area__name="Walsall")
    assert (walsall.amount, walsall.formula_amount) == (a.pounds("66.67"), a.pounds("66.67"))
    assert Budget.objects.get(pk=budget.pk).allocated == 100


def test_a_decided_amount_may_differ_with_a_reason(client, budget, weighting):
    posted = question(weighting)
    posted |= proposed(staff.ask(client, budget, VERB, **posted))
    posted |= {box(weighting, "Walsall"): "£50.00", box(weighting, "Dudley"): "50"}

    refused = staff.ask(client, budget, VERB, **posted)

    assert "Walsall: £50.00 is decided, £66.67 is its share by the formula" in words(refused)
    assert "Nothing has been changed yet" in words(refused)
    posted |= {
        box(weighting, "Walsall", "why"): "It has money left.",
        box(weighting, "Dudley", "why"): "Higher need.",
    }
    page = staff.ask(client, budget, VERB, **posted)
    assert (
        "Dudley: £50.00 is decided, £16.67 more than its share of £33.33, because: Higher need."
    ) in staff.effect(page)
    staff.confirm(client, budget, VERB, page, **posted)

    dudley = Allocation.objects.get(area__name="Dudley")
    assert (dudley.amount, dudley.formula_amount) == (50, a.pounds("33.33"))
    assert dudley.departure_reason == "Higher need."
    shown = words(client.get(staff.address(dudley)))
    assert "£33.33" in shown
    assert "Higher need." in shown


def test_what_is_decided_comes_to_what_is_shared(client, budget, weighting):
    posted = question(weighting)
    posted |= proposed(staff.ask(client, budget, VERB, **posted))
    posted |= {box(weighting, "Walsall"): "66.66", box(weighting, "Walsall", "why"): "Rounded."}

    page = staff.ask(client, budget, VERB, **posted)

    assert "come to £99.99, £0.01 less than the £100.00 to share" in staff.problems(page)
    assert "effect" not in page.context


def test_another_question_is_worked_out_anew_before_anything_is_done(client, budget, weighting):
    posted = question(weighting)
    posted |= proposed(staff.ask(client, budget, VERB, **posted))

    page = staff.ask(client, budget, VERB, **{**posted, "amount": "300"})

    assert "effect" not in page.context
    assert proposed(page)[box(weighting, "Walsall")] == "200.00"
    # Not even by somebody who skips the pages.
    posted |= {"amount": "300", "confirmed": "x"}
    client.post(staff.address(budget, VERB), posted | {"asked": "yes"})
    assert not Allocation.objects.exists()


def test_going_back_from_the_effect_keeps_what_was_decided(client, budget, weighting):
    posted = question(weighting)
    posted |= proposed(staff.ask(client, budget, VERB, **posted))
    posted |= {box(weighting, "Walsall"): "66.66", box(weighting, "Dudley"): "33.34"}
    posted |= {box(weighting, name, "why"): "Even pennies." for name in ("Walsall", "Dudley")}

    page = client.post(staff.address(budget, VERB), {**posted, "asked": "yes", "back": "yes"})

    assert proposed(page)[box(weighting, "Walsall")] == "66.66"


def test_the_hidden_fields_of_the_confirm_page_are_the_whole_answer(client, budget, weighting):
    posted = question(weighting)
    posted |= proposed(staff.ask(client, budget, VERB, **posted))
    page = staff.ask(client, budget, VERB, **posted)
    hidden = re.findall(
        r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.content.decode()
    )
    sent: dict[str, list] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)

    client.post(
        staff.address(budget, VERB), sent | {"confirmed": page.context["effect"].fingerprint}
    )

    assert Allocation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": "1000.01"}, "£1,000.01 cannot be shared. The budget of Active Citizens Fund"),
        ({"amount": "0"}, "The amount must be more than £0.00"),
        ({"amount": "1.005"}, "at most two decimal places"),
        ({"areas": []}, "This field is required"),
        ({"areas": ["x"]}, "is not a valid value"),
        ({"weighting": ""}, "This field is required"),
        ({"weighting": "99999"}, "not one of the available choices"),
    ],
)
def test_a_question_without_an_answer_is_told_in_a_sentence(
    client, budget, weighting, change, sentence
):
    page = staff.ask(client, budget, VERB, **question(weighting) | change)

    assert page.status_code == 200
    assert sentence in staff.problems(page)
    assert not Allocation.objects.exists()


def test_two_people_at_once_cannot_share_the_same_money(client, budget, weighting):
    posted = question(weighting, "1000")
    posted |= proposed(staff.ask(client, budget, VERB, **posted))
    page = staff.ask(client, budget, VERB, **posted)
    a.an_allocation(1, budget)

    staff.confirm(client, budget, VERB, page, **posted)

    assert Allocation.objects.count() == 1


def test_nothing_is_shared_before_numbers_are_recorded(client, budget):
    page = client.get(staff.address(budget, VERB))
    assert "No numbers to share by are recorded yet" in words(page)


def test_local_authority_areas_are_chosen_to_begin_with(client, budget, weighting):
    Weight.objects.create(weighting=weighting, area=a.an_area("Force", kind="force"), value=3)

    form = client.get(staff.address(budget, VERB)).context["adminform"].form

    assert set(form["areas"].value()) == {
        area.pk for area in a.areas_of(weighting) if area.name != "Force"
    }
    assert form["amount"].value() == 1_000


# --- Keeping weightings ---------------------------------------------------------------------------


def form_of(client, weighting=None) -> dict:
    address = staff.address(weighting) if weighting else staff.list_of(Weighting, "add")
    return staff.filled_in(client.get(address).context)


def test_a_weighting_is_recorded_with_its_numbers(client):
    north, south = a.an_area("North"), a.an_area("South")
    posted = form_of(client) | {
        "name": "Mid-2020 people",
        "kind": "population",
        "released_on": "2021-06-25",
        "source_ref": "National statistics",
        "weights-0-area": north.pk,
        "weights-0-value": "3000000",
        "weights-1-area": south.pk,
        "weights-1-value": "0",
    }

    client.post(staff.list_of(Weighting, "add"), posted)

    weighting = Weighting.objects.get(code="mid-2020-people")
    assert {weight.area: weight.value for weight in weighting.weights.all()} == {
        north: 3_000_000,
        south: 0,
    }
    assert HistoryEvent.objects.filter(verb="added", subject_type="weight").count() == 2
    assert "3,000,000" in words(client.get(staff.list_of(Weighting)))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("-1", "greater than or equal to 0"),
        ("1.5", "whole number"),
        ("1000000000001", "less than or equal to 1000000000000"),
    ],
)
def test_a_number_that_is_none_is_refused(client, weighting, value, sentence):
    posted = form_of(client, weighting) | {"weights-0-value": value}

    page = client.post(staff.address(weighting), posted)

    assert sentence in staff.problems(page)


def test_an_area_is_taken_out_while_nothing_stands_on_it(client, weighting):
    client.post(staff.address(weighting), form_of(client, weighting) | {"weights-0-DELETE": "on"})

    assert weighting.weights.count() == 1
    assert HistoryEvent.objects.filter(verb="removed", subject_type="weight").exists()


def test_a_weighting_that_allocations_stand_on_is_only_read(client, weighting):
    a.shares_by_formula(100, weighting)

    page = client.get(staff.address(weighting))

    assert "weights-0-value" not in page.content.decode()
    assert 'name="released_on"' not in page.content.decode()
    assert 'name="note"' in page.content.decode()


def test_numbers_written_on_an_old_page_are_refused_once_money_was_shared(client, weighting):
    posted = form_of(client, weighting) | {"weights-0-value": "7", "name": "Other"}
    a.shares_by_formula(100, weighting)

    client.post(staff.address(weighting), posted)

    weighting.refresh_from_db()
    assert weighting.name == "Mid-2020 people"
    assert sorted(weighting.weights.values_list("value", flat=True)) == [1, 2]


# --- Spreadsheets ---------------------------------------------------------------------------------


def bring_in(client, text: str):
    page = client.post(
        reverse("admin:commissioning_weighting_import"),
        {
            "import_file": SimpleUploadedFile("numbers.csv", text.encode()),
            "resource": "WeightResource",
        },
    )
    if not page.context.get("token") or page.context.get("refusals"):
        return page
    return client.post(
        reverse("admin:commissioning_weighting_process_import"),
        {name: page.context[name] for name in ("token", "resource")},
    )


def test_numbers_come_in_from_a_spreadsheet_by_area(client, weighting):
    code = weighting.weights.get(area__name="Walsall").area.code
    new = a.an_area("Solihull")

    bring_in(
        client,
        "weighting_code,area_code,value\n"
        f'{weighting.code},{code},"285,500"\n{weighting.code},{new.name},217000\n',
    )

    assert dict(weighting.weights.values_list("area__name", "value")) == {
        "Walsall": 285_500,
        "Dudley": 1,
        "Solihull": 217_000,
    }


@pytest.mark.parametrize(
    ("value", "sentence"), [("-5", "greater than or equal to 0"), ("many", "many")]
)
def test_a_wrong_number_in_a_spreadsheet_is_told_and_none_comes_in(
    client, weighting, value, sentence
):
    codes = [area.code for area in a.areas_of(weighting)]
    page = bring_in(
        client,
        "weighting_code,area_code,value\n"
        f"{weighting.code},{codes[0]},9\n{weighting.code},{codes[1]},{value}\n",
    )

    assert sentence in " ".join(str(refusal) for refusal in page.context["refusals"])
    assert sorted(weighting.weights.values_list("value", flat=True)) == [1, 2]


def test_a_spreadsheet_does_not_change_numbers_that_money_was_shared_by(client, weighting):
    a.shares_by_formula(100, weighting)
    area = a.areas_of(weighting)[0]

    page = bring_in(client, f"weighting_code,area_code,value\n{weighting.code},{area.code},9\n")

    posted = " ".join(str(refusal) for refusal in page.context["refusals"])
    assert "Allocations stand on this weighting" in posted
