"""Spreadsheets of programmes and figures: what they take in, what they refuse, what comes out."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.resources.base import load_rows
from programmes.models import (
    Breakdown,
    Category,
    Indicator,
    LocalUnit,
    Measure,
    Observation,
    Programme,
    Target,
)
from programmes.resources.measures import CategoryResource, MeasureResource
from programmes.resources.numbers import read_quantity
from programmes.resources.observations import ObservationResource
from tests import builders as a
from tests.spreadsheets import as_csv, as_excel, from_csv, from_excel

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": "01/04/2026", "ends_on": "31/03/2027", "period_kind": "financial year"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def officer(client):
    user = a.an_officer()
    client.force_login(user)
    return user


def take_in(*rows: dict) -> str:
    return str(load_rows(ObservationResource, rows, a.an_officer()))


def refusals(*rows: dict) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        take_in(*rows)
    return refusal.value.messages


def current(measure) -> list[Decimal | None]:
    return list(
        Observation.objects.filter(measure=measure).current().values_list("value", flat=True)
    )


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [("11,445", "11445"), (83.5, "83.5"), (11445, "11445"), ("−3", "-3"), (0.1 + 0.2, "0.3")],
)
def test_numbers_are_read_as_people_and_excel_write_them(cell, number):
    assert read_quantity(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["12,50", "about 40", "1.23456", True])
def test_what_can_be_read_in_two_ways_is_refused(cell):
    with pytest.raises(ValidationError):
        read_quantity(cell)


# --- Figures --------------------------------------------------------------------------------------


def test_a_new_figure_is_recorded():
    area, measure = a.an_area("Walsall", code="E08000030"), a.a_measure("Referrals")

    said = take_in(
        {"measure_code": "referrals", "area_code": "E08000030", **YEAR, "value": "11,445"}
    )

    assert said == "1 added, 0 changed, 0 unchanged"
    figure = Observation.objects.get(measure=measure)
    assert (figure.value, figure.area) == (Decimal(11445), area)
    assert (figure.starts_on, figure.period_kind) == (date(2026, 4, 1), "financial_year")


def test_a_figure_that_reads_the_same_is_left():
    figure = a.an_observation(10, a.a_measure("Referrals"))

    said = take_in({"measure_code": "referrals", **YEAR, "value": 10.0})

    assert said == "0 added, 0 changed, 1 unchanged"
    assert Observation.objects.get() == figure


def test_a_changed_figure_is_corrected_for_the_reason_in_its_row():
    measure = a.an_observation(10, a.a_measure("Referrals")).measure

    said = take_in({"measure_code": "referrals", **YEAR, "value": "12", "reason": "A late form."})

    assert said == "0 added, 1 changed, 0 unchanged"
    new = Observation.objects.filter(measure=measure).current().get()
    assert (new.value, new.version, new.reason) == (Decimal(12), 2, "A late form.")
    assert Observation.objects.filter(measure=measure, version=1).get().value == Decimal(10)


def test_a_changed_figure_without_a_reason_is_refused_and_nothing_is_taken_in():
    measure = a.an_observation(10, a.a_measure("Referrals")).measure
    a.a_measure("Sessions")

    told = refusals(
        {"measure_code": "sessions", **YEAR, "value": "7"},
        {"measure_code": "referrals", **YEAR, "value": "12"},
    )

    assert told == [
        "Row 3, reason: this figure is recorded already (value was 10). Say in the column reason "
        "why it is corrected."
    ]
    assert current(measure) == [Decimal(10)]
    assert Observation.objects.count() == 1


def test_two_rows_about_one_figure_are_refused():
    a.a_measure("Referrals")
    row = {"measure_code": "referrals", **YEAR}

    told = refusals({**row, "value": "1"}, {**row, "value": "2"})

    assert told == ["Row 3: row 2 is about the same figure."]


def test_every_wrong_row_is_told():
    breakdown = a.a_breakdown("Need", ["Housing"])
    a.a_measure("Referrals")

    told = refusals(
        {"measure_code": "referrals", **YEAR, "value": "2.5"},
        {"measure_code": "referrals", "category_code": "Housing", **YEAR, "value": "2"},
        {"measure_code": "referrals", **YEAR, "ends_on": "30/04/2026", "value": ""},
        {"measure_code": "nothing", **YEAR, "value": "2"},
    )

    assert breakdown.categories.count() == 1
    assert [sentence.partition(":")[0] for sentence in told] == [
        "Row 2, value",
        "Row 3, category_code",
        "Row 4",
        "Row 5, measure_code",
    ]
    assert not Observation.objects.exists()


def test_a_missing_figure_comes_in_with_its_reason():
    measure = a.a_measure("Referrals")

    take_in({"measure_code": "referrals", **YEAR, "missing": "not received"})

    assert Observation.objects.get(measure=measure).missing == "not_received"


def test_an_officer_corrects_figures_by_a_file(client, officer):
    measure = a.an_observation(10, a.a_measure("Referrals")).measure
    rows = [{"measure_code": "referrals", **YEAR, "value": 12, "reason": "Late."}]

    preview = client.post(
        reverse("admin:programmes_observation_import"),
        {"import_file": SimpleUploadedFile("figures.xlsx", as_excel(rows)), "resource": ""},
    )

    assert preview.context["counts"].updated == 1
    assert current(measure) == [Decimal(10)]
    client.post(
        reverse("admin:programmes_observation_process_import"),
        {key: preview.context[key] for key in ("token", "resource")},
    )
    assert current(measure) == [Decimal(12)]


# --- Other nouns ----------------------------------------------------------------------------------


def test_a_breakdown_is_added_with_its_categories():
    row = {"breakdown_code": "need", "breakdown": "Kind of need"}

    load_rows(
        CategoryResource,
        [{**row, "code": "n1", "name": "Housing"}, {**row, "code": "n2", "name": "Health"}],
        a.an_officer(),
    )

    breakdown = Breakdown.objects.get()
    assert (breakdown.code, breakdown.name) == ("need", "Kind of need")
    assert {category.name for category in breakdown.categories.all()} == {"Housing", "Health"}


def test_a_ratio_may_stand_before_the_measures_that_it_is_of():
    plain = {"unit": "people", "counts_people": "yes"}

    load_rows(
        MeasureResource,
        [
            {"code": "share", "name": "Share", "unit": "per cent", "form": "percent",
             "numerator_code": "part", "denominator_code": "whole", "counts_people": "no"},
            {"code": "part", "name": "Part", **plain},
            {"code": "whole", "name": "Whole", **plain},
        ],
        a.an_officer(),
    )  # fmt: skip

    share = Measure.objects.get(code="share")
    assert (share.numerator.code, share.denominator.code) == ("part", "whole")
    assert (share.counts_people, share.numerator.counts_people) == (False, True)


def a_small_office() -> None:
    """A record of every noun, with a value in nearly every column."""
    service, area = a.a_service("Drive"), a.an_area("Walsall")
    programme = a.a_programme("Safer", services=[service], funds=[a.a_fund("F")], description="=1")
    breakdown = a.a_breakdown("Need", ["Housing", "Health; money"])
    category = breakdown.categories.first()
    people = a.a_measure("People", breakdown=breakdown, programme=programme, small_up_to=9)
    referred = a.a_measure("Referred", service=service)
    share = a.a_measure(
        "Share", form="percent", unit="per cent", over_periods="ratio", counts_people=False,
        numerator=people, denominator=referred,
    )  # fmt: skip
    a.an_indicator("Fewer crimes", [people, share], number=1)
    a.a_target("3400", people, area=area, category=category, starts_on=date(2026, 4, 1))
    a.a_local_unit("Aston", service=service, area=area, position=2)
    a.an_observation("11445", people, area=area, category=category, qualifier="at_least")
    a.an_observation("66.6", share, numerator=Decimal(2), denominator=Decimal(3), note="-1 %")
    a.an_observation(None, referred, starts_on=None, missing="not_due", period_note="to date")


@pytest.mark.parametrize(("kind", "read"), [("csv", from_csv), ("xlsx", from_excel)])
@pytest.mark.parametrize(
    "model", [Programme, LocalUnit, Category, Measure, Indicator, Target, Observation]
)
def test_what_is_exported_comes_in_again_as_unchanged(client, model, kind, read):
    client.force_login(a.a_user(superuser=True))
    a_small_office()
    noun = f"admin:programmes_{model._meta.model_name}"

    data = client.post(reverse(f"{noun}_export"), {"format": kind, "resource": ""}).content

    preview = client.post(
        reverse(f"{noun}_import"),
        {"import_file": SimpleUploadedFile(f"sheet.{kind}", data), "resource": ""},
    )
    assert "counts" in preview.context, preview.context.get("refusals")
    counts = preview.context["counts"]
    assert (counts.rows, counts.unchanged) == (len(read(data)), model.objects.count())


def test_a_csv_shows_whole_numbers_without_decimals(client):
    client.force_login(a.a_user(superuser=True))
    a_small_office()

    page = client.post(
        reverse("admin:programmes_observation_export"), {"format": "csv", "resource": ""}
    )

    assert {row["value"] for row in from_csv(page.content)} == {"11445", "66.6", ""}


def test_only_those_who_may_record_figures_take_them_in(client):
    client.force_login(a.a_finance_officer())
    file = SimpleUploadedFile("sheet.csv", as_csv([{"measure_code": "x", "value": "1"}]))

    page = client.post(reverse("admin:programmes_observation_import"), {"import_file": file})

    assert page.status_code == 403
