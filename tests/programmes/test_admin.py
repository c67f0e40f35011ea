"""Programmes and figures in the staff site: recorded, corrected and released from its pages."""

from decimal import Decimal

import pytest
from django.urls import reverse

from programmes.actions import observations
from programmes.models import (
    Breakdown,
    Indicator,
    Measure,
    Observation,
    Programme,
    Release,
    ReleasedCell,
    Target,
)
from tests import builders as a
from tests.commissioning.staff import address, ask, confirm, effect, list_of, problems, use

pytestmark = pytest.mark.django_db

NO_ROWS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}


@pytest.fixture
def officer(client):
    user = a.an_officer()
    client.force_login(user)
    return user


def rows_of(prefix: str, *rows: dict) -> dict:
    """What the rows under a record send."""
    sent = {f"{prefix}-{name}": value for name, value in NO_ROWS.items()}
    sent[f"{prefix}-TOTAL_FORMS"] = len(rows)
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def text_of(page) -> str:
    return page.content.decode()


# --- Describing -----------------------------------------------------------------------------------


def test_a_programme_is_added_with_its_services(client, officer):
    service = a.a_service("Mentoring")

    client.post(
        list_of(Programme, "add"), {"name": "Safer streets", "services": [service.pk], "seen": 0}
    )

    programme = Programme.objects.get()
    assert (programme.code, programme.slug) == ("safer-streets", "safer-streets")
    assert list(programme.services.all()) == [service]
    assert not programme.is_published


def test_a_breakdown_is_added_with_its_categories(client, officer):
    categories = rows_of(
        "categories", {"name": "Theft", "position": 1}, {"name": "Fraud", "position": 2}
    )

    client.post(list_of(Breakdown, "add"), {"name": "Crime type", **categories})

    assert [one.name for one in Breakdown.objects.get().categories.all()] == ["Theft", "Fraud"]


def test_a_measure_is_added_with_its_target(client, officer):
    told = {
        "name": "Young people mentored",
        "kind": "output",
        "unit": "people",
        "form": "number",
        "direction": "higher",
        "over_periods": "sum",
        "over_areas": "sum",
        "over_services": "none",
        "over_categories": "none",
        "counts_people": "on",
        "small_up_to": 4,
        **rows_of("targets", {"value": "3,400", "qualifier": "exact"}),
    }

    page = client.post(list_of(Measure, "add"), told)

    assert page.status_code == 302, problems(page)
    target = Target.objects.get()
    assert (target.measure.name, target.value) == ("Young people mentored", Decimal(3400))
    assert target.code


def test_the_page_of_a_measure_shows_its_current_figures(client, officer):
    measure = a.a_measure("Mentored")
    use_figure = a.an_observation(11_445, measure, area=a.an_area("Walsall"))

    page = text_of(client.get(address(measure)))

    assert "11,445" in page
    assert "Walsall" in page
    assert address(use_figure) in page
    assert "Recording a figure publishes nothing." in page


def test_an_indicator_is_published_and_withdrawn(client, officer):
    indicator = a.an_indicator("Fewer crimes", published=False)

    use(client, indicator, "publish")
    indicator.refresh_from_db()
    assert indicator.is_published

    use(client, indicator, "unpublish", reason="It is looked at again.")
    assert not Indicator.objects.published().exists()


# --- Figures --------------------------------------------------------------------------------------


def a_form(measure, **told) -> dict:
    return {
        "measure": measure.pk,
        "qualifier": "exact",
        "period_kind": "financial_year",
        "starts_on": "2026-04-01",
        "ends_on": "2027-03-31",
        **told,
    }


def test_the_first_page_leads_an_officer_to_a_new_figure(client, officer):
    page = client.get(reverse("admin:index"))

    assert ("New figure", list_of(Observation, "add")) in page.context["actions"]


def test_a_figure_is_recorded_from_its_form(client, officer):
    measure = a.a_measure()

    page = client.post(list_of(Observation, "add"), a_form(measure, value="11,445"))

    assert page.status_code == 302, problems(page)
    figure = Observation.objects.get()
    assert (figure.value, figure.recorded_by) == (Decimal(11_445), officer)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"value": "2.5"}, "People are counted in whole numbers, from 0 up."),
        ({"value": ""}, "Give a figure, or say why there is none."),
        ({"value": "about 40"}, "is not a number"),
        ({"value": "1", "ends_on": "2025-03-31"}, "The period cannot end before it starts."),
        ({"value": "1", "starts_on": "", "ends_on": ""}, "Say which period the figure is for"),
        ({"value": "1", "ends_on": ""}, "Say which period the figure is for"),
        ({"value": "1", "missing": "not_due"}, "Leave this empty, or take the figure out."),
    ],
)
def test_a_wrong_figure_is_refused_in_a_sentence(client, officer, told, sentence):
    page = client.post(list_of(Observation, "add"), a_form(a.a_measure(), **told))

    assert sentence in problems(page)
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    "told",
    [{"period_kind": "unspecified"}, {"period_note": "to date"}, {"period_kind": "snapshot"}],
)
def test_a_figure_whose_source_gives_no_days_says_so(client, officer, told):
    days = {"starts_on": "", "ends_on": "2027-03-31" if "snapshot" in told.values() else ""}

    page = client.post(
        list_of(Observation, "add"), a_form(a.a_measure(), value="1", **days, **told)
    )

    assert page.status_code == 302, problems(page)


def test_a_figure_of_a_part_is_named_with_its_part(client, officer):
    figure = a.an_observation(10, a.a_measure("Referrals"), area=a.an_area("Walsall"))

    page = ask(client, figure, "correct", value="12", qualifier="exact", reason="Late.")

    assert "Walsall, 2026/27: 12 takes the place of 10." in effect(page)


def test_a_figure_that_was_missing_is_written_without_taking_its_reason_away(client, officer):
    figure = a.an_observation(None, missing="not_received")
    told = {"value": "8", "qualifier": "exact", "missing": "not_received", "reason": "It came."}

    use(client, figure, "correct", **told)

    new = Observation.objects.filter(measure=figure.measure).current().get()
    assert (new.value, new.missing) == (Decimal(8), "")


def test_a_figure_that_becomes_unknown_is_taken_out(client, officer):
    figure = a.an_observation(10)
    told = {"qualifier": "exact", "missing": "not_collected", "reason": "It was a guess."}

    page = ask(client, figure, "correct", value="10", **told)
    assert "Leave this empty, or take the figure out." in problems(page)

    use(client, figure, "correct", **told)
    new = Observation.objects.filter(measure=figure.measure).current().get()
    assert (new.value, new.missing) == (None, "not_collected")


def test_a_figure_that_stands_is_not_recorded_again(client, officer):
    measure = a.an_observation(10).measure

    page = client.post(list_of(Observation, "add"), a_form(measure, value="11"))

    assert "Correct it instead." in problems(page)
    assert Observation.objects.count() == 1


def test_a_figure_is_looked_at_and_not_edited(client):
    client.force_login(a.a_user(superuser=True))
    figure = a.an_observation(10)

    page = client.get(address(figure))
    client.post(address(figure), a_form(figure.measure, value="99"))

    assert 'name="_save"' not in text_of(page)
    assert client.get(address(figure, "delete")).status_code == 403
    figure.refresh_from_db()
    assert figure.value == Decimal(10)


def test_a_figure_is_corrected_with_a_reason(client, officer):
    figure = a.an_observation(10, note="Counted by hand.")
    told = {"value": "1,200", "qualifier": "about", "note": "Counted by hand.", "reason": "Late."}

    page = ask(client, figure, "correct", **told)
    assert "about 1,200 takes the place of 10." in effect(page)
    assert Observation.objects.count() == 1

    confirm(client, figure, "correct", page, **told)
    new = Observation.objects.filter(measure=figure.measure).current().get()
    assert (new.value, new.qualifier, new.version) == (Decimal(1200), "about", 2)
    assert (new.reason, new.recorded_by) == ("Late.", officer)
    assert new.recorded_at > figure.recorded_at


def test_a_correction_without_a_reason_is_asked_again(client, officer):
    figure = a.an_observation(10)

    page = ask(client, figure, "correct", value="12", qualifier="exact")

    assert "This field is required." in problems(page)
    assert Observation.objects.count() == 1


def test_only_the_current_version_is_corrected_and_listed(client, officer):
    figure = a.an_observation(10)
    use(client, figure, "correct", value="12", qualifier="exact", reason="Late.")

    page = ask(client, figure, "correct", value="13", qualifier="exact", reason="Again.")

    assert "not possible" in text_of(page)
    listed = client.get(list_of(Observation)).context["cl"].queryset
    assert [one.value for one in listed] == [Decimal(12)]
    everything = client.get(list_of(Observation), {"versions": "all"}).context["cl"].queryset
    assert everything.count() == 2


def waiting_on_the_first_page(client) -> list[str]:
    lists = client.get(reverse("admin:index")).context["waiting"]
    return [item.label for one in lists if one.key == "figures-to-release" for item in one.items]


# --- Releasing ------------------------------------------------------------------------------------


def a_measure_with_a_small_number() -> Measure:
    measure = a.a_measure("Referrals")
    a.an_observation(103, measure)
    for value in (3, 40, 60):
        a.an_observation(value, measure, area=a.an_area())
    return measure


def test_the_confirm_page_says_how_many_figures_are_shown_and_hidden(client, officer):
    measure = a_measure_with_a_small_number()

    page = ask(client, measure, "release", title="Quarter 1", basis="checked")

    assert effect(page).startswith(
        "2 figures of this measure will be shown to everybody, in place of what was released "
        "before. 2 figures will be hidden."
    )
    assert not Release.objects.exists()

    confirm(client, measure, "release", page, title="Quarter 1", basis="checked")
    release = Release.objects.get()
    assert (release.title, release.made_by) == ("Quarter 1", officer)
    assert ReleasedCell.objects.published().filter(is_hidden=True).count() == 2


def test_figures_that_are_public_already_need_the_document(client, officer):
    measure = a_measure_with_a_small_number()
    told = {"title": "Annual Report", "basis": "public"}

    page = ask(client, measure, "release", **told)
    assert "Name the document in which the figures are public." in problems(page)

    page = ask(client, measure, "release", document="Annual Report 2020/21", **told)
    assert "Nothing is hidden. Be sure that every one" in effect(page)


def test_a_figure_that_moves_between_page_and_answer_is_told_anew(client, officer):
    measure = a_measure_with_a_small_number()
    told = {"title": "Quarter 1", "basis": "checked"}
    page = ask(client, measure, "release", **told)
    a.an_observation(2, measure, area=a.an_area())

    again = confirm(client, measure, "release", page, **told)

    assert "Nothing has been done yet" in text_of(again)
    assert not Release.objects.exists()


def test_several_measures_are_released_together_from_the_list(client, officer):
    first, second = a.an_observation(700).measure, a.an_observation(800).measure
    a.a_relation(first, second, "unrelated", reason="Counted apart")
    chosen = {"action": "release", "_selected_action": [first.pk, second.pk]}
    assert "Release figures" in text_of(client.post(list_of(Measure), chosen))
    told = {"rows": f"{first.pk},{second.pk}", "title": "Year", "basis": "checked", "asked": "yes"}

    page = client.post(reverse("admin:programmes_measure_release_many"), told)
    assert "2 figures of these 2 measures will be shown" in effect(page)
    client.post(
        reverse("admin:programmes_measure_release_many"),
        {**told, "confirmed": page.context["effect"].fingerprint},
    )

    assert Release.objects.get().released.count() == 2


def test_figures_of_an_unpublished_measure_are_not_released(client, officer):
    measure = a.an_observation(700, a.a_measure("Referrals", published=False)).measure

    page = client.get(address(measure, "release"))

    assert "Publish Referrals first" in text_of(page)


def test_a_release_is_read_with_what_it_showed_and_hid(client, officer):
    measure = a_measure_with_a_small_number()
    release = a.a_release(measure, title="Quarter 1")

    page = text_of(client.get(address(release)))
    cells = text_of(client.get(list_of(ReleasedCell), {"release__id__exact": release.pk}))

    assert "<td>2<td>2" in page.replace("</td>", "")
    assert 'name="_save"' not in page
    assert "[c]" in cells
    assert "103" in cells


def test_figures_that_are_not_released_wait_on_the_first_page(client, officer):
    measure = a.a_measure("Referrals")
    a.a_measure("Without figures")
    a.an_observation(40, a.a_measure("Not published", published=False))
    assert waiting_on_the_first_page(client) == []

    figure = a.an_observation(40, measure)
    assert waiting_on_the_first_page(client) == [str(measure)]

    a.a_release(measure)
    assert waiting_on_the_first_page(client) == []

    observations.correct(figure, value=Decimal(41), reason="Late.", by=officer)
    assert waiting_on_the_first_page(client) == [str(measure)]
