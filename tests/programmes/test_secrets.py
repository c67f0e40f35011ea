"""What an attacker tries in order to read a number that is hidden, and what they get."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction

from programmes.models import (
    Edition,
    Observation,
    Release,
    ReleasedCell,
    ReleasedMeasure,
    ReportLine,
    ReportTable,
)
from tests import builders as a
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def cells_of(measure):
    return list(ReleasedCell.objects.published().filter(measure=measure).order_by("pk"))


@pytest.mark.parametrize("form", ["number", "percent"])
def test_a_rate_of_few_people_over_what_are_no_people_does_not_tell_how_many(form):
    few = a.a_measure("Injured")
    raids = a.a_measure("Raids", counts_people=False, unit="raids")
    rate = a.a_measure(
        form=form, unit="rate", numerator=few, denominator=raids, counts_people=False, decimals=2
    )
    a.an_observation(3, few)
    a.an_observation(20, raids)
    a.an_observation("15", rate)
    a.a_release(few, raids, rate)
    [cell] = cells_of(rate)
    assert cell.is_hidden


def test_a_rate_of_few_people_that_is_no_percentage_does_not_tell_how_many():
    few, many = a.a_measure("Injured"), a.a_measure("Asked")
    rate = a.a_measure(unit="in a thousand", numerator=few, denominator=many, counts_people=False)
    a.an_observation(3, few)
    a.an_observation(60, many)
    a.an_observation(50, rate)
    a.a_release(few, many, rate)
    [cell] = cells_of(rate)
    assert cell.is_hidden


@pytest.mark.parametrize(
    "sides",
    [{"numerator": 2, "denominator": 50}, {"numerator": 2}, {"denominator": 3}],
)
@pytest.mark.parametrize("form", ["number", "percent"])
def test_a_small_number_behind_a_figure_is_never_shown(form, sides):
    measure = a.a_measure(form=form, unit="rate")
    a.an_observation(40, measure, **sides)
    a.a_release(measure)
    [cell] = cells_of(measure)
    assert cell.numerator != 2
    assert cell.denominator != 3


def test_a_ratio_of_two_measures_shows_no_numbers_of_its_own_besides():
    few, many = a.a_measure("Injured"), a.a_measure("Asked")
    rate = a.a_measure(
        form="percent", unit="%", numerator=few, denominator=many, counts_people=False, decimals=0
    )
    a.an_observation(3, few)
    a.an_observation(600, many)
    a.an_observation("1", rate, numerator=3, denominator=600)
    a.a_release(few, many, rate)
    [cell] = cells_of(rate)
    assert cell.numerator is None


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


FACTS = [Observation, Release, ReleasedMeasure, ReleasedCell, Edition]


def make_facts():
    a.a_release()
    a.an_edition()
    connection.check_constraints()


facts = for_the_module(make_facts)


@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_counted_and_shown_is_never_changed(facts, model, statement):
    with pytest.raises(IntegrityError, match="_is_never_changed"), transaction.atomic():
        sql(statement.format(model._meta.db_table))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="no TRUNCATE elsewhere")
@pytest.mark.parametrize("model", FACTS)
def test_what_was_counted_and_shown_is_not_emptied_by_truncate(facts, model):
    with pytest.raises(IntegrityError, match="_is_never_changed"), transaction.atomic():
        sql(f"TRUNCATE {model._meta.db_table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="no REPLACE elsewhere")
@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("with_number", [True, False], ids=["same number", "new number"])
def test_what_was_counted_and_shown_is_not_replaced(facts, model, with_number):
    """A row without its number would take the place of the one that is alike."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields]
    columns = ", ".join(name for name in names if with_number or name != "id")
    keys = set(model.objects.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            sql(f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
    except IntegrityError:
        pass
    assert keys <= set(model.objects.values_list("pk", flat=True))


HOSTILE = '<script>alert(1)</script></svg></title> #eval("x") ]]> "\' $x$ `a` @b \u202e اردو'
HOSTILE_TEXT = """#
[x](javascript:alert(1)) [y](https://example.org/"onmouseover=1) <img src=x onerror=alert(1)>
![p](https://tracker.example/a.png) &#0; #image("/etc/passwd") 🙂

- a
  - b
    1. c
```
#eval("1")
```
###### Deep
## """


@pytest.fixture
def hostile_report(settings, tmp_path):
    """A report all of whose texts were typed by somebody who means harm."""
    settings.DATA_DIR = tmp_path
    measure = a.a_measure(HOSTILE, slug="hostile", code="hostile", unit="=people")
    a.an_observation(1234, measure)
    a.a_release(measure)
    fields = {"title": HOSTILE, "corner": "=corner", "note": HOSTILE}
    table = a.saved(ReportTable(code="hostile", measure=measure, **fields))
    for axis in ("column", "row"):
        a.saved(ReportLine(table=table, axis=axis, position=1, heading=f"=1+1|{HOSTILE}"))
    section = {"heading": HOSTILE, "text": HOSTILE_TEXT, "table": table}
    report = a.a_report(
        [{**section, "chart": "bars"}, {**section, "chart": "lines"}], title=HOSTILE, summary="#"
    )
    a.an_edition(report)
    return report


def test_hostile_text_is_only_text_on_the_page_of_a_report(client, hostile_report):
    page = client.get(hostile_report.get_absolute_url()).content.decode()
    assert "1,234" in page
    for harm in ("<script>alert", 'href="javascript:', "<img src=x", 'tracker.example/a.png" alt'):
        assert harm not in page


@pytest.mark.parametrize("form", ["docx", "pdf", "zip"])
def test_hostile_text_breaks_no_file_of_a_report(client, hostile_report, form):
    address = f"{hostile_report.get_absolute_url()}1/annual-report.{form}"
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'edition-1.{form}"')
    if form == "zip":
        archive = ZipFile(BytesIO(response.content))
        lines = archive.read("01-hostile.csv").decode().splitlines()
        assert all(line.startswith(("'=", "\"'=")) for line in lines)
