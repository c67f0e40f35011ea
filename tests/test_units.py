"""Every Excel file that the site offers formats each number by its unit."""

import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from commissioning import workbooks
from commissioning.models import Area
from commissioning.money import MoneyField
from commissioning.public.columns.base import Kind
from commissioning.resources import resources_on
from config import lists
from programmes.models import Measure
from tests import builders as a
from tests import world
from tests.commissioning import staff
from tests.opendata.reading import content_of
from tests.standing import for_the_module
from transparency.models import Run
from victims.models import IndicatorSet

pytestmark = pytest.mark.django_db

# Of the reports for staff, the columns whose numbers are no pounds.
COUNTED = {"Ledger lines", "Number of payments", "Number", "Returns", "On average"}
COUNTED |= {"On the last day"}
# Of the exports, the columns of pounds that no column of the database holds.
WORKED_OUT = {"line_amount"}
SHARES = {"Variance, % of revised budget"}


def make_office():
    """Records of every kind, and figures of every form."""
    world.whole()
    staff.a_world()
    for form in Measure.Form.values:
        for name, number in (("Whole", "47"), ("In part", "30.25")):
            measure = a.a_measure(f"{name} {form}", form=form, counts_people=False)
            a.an_observation(number, measure)
            a.a_release(measure)
    return a.a_user(superuser=True)


office = for_the_module(make_office)


def numbers(book: bytes, head: str = "") -> Iterator[tuple[str, dict, object]]:
    """(heading, row by heading, cell) of every number under the headings of each sheet.

    The headings are the first row of at least two cells; with `head` the first that has it.
    """
    for sheet in load_workbook(BytesIO(book)):
        names = None
        for row in sheet.iter_rows():
            texts = [cell.value for cell in row]
            if names is None:
                is_head = head in texts if head else sum(map(bool, texts)) > 1
                names = texts if is_head else None
                continue
            by_name = dict(zip(names, texts, strict=False))
            for name, cell in zip(names, row, strict=False):
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    yield name, by_name, cell


def is_in_pounds(cell) -> bool:
    return "£" in cell.number_format


@pytest.mark.parametrize("listing", lists.IN_API, ids=lambda each: each.name)
def test_a_public_list_formats_pounds_as_pounds_and_nothing_else(client, office, listing):
    money = {column.header for column in listing.columns if column.kind is Kind.MONEY}
    measured = {column.header for column in listing.columns if column.kind is Kind.QUANTITY}

    book = content_of(client.get(listing.file("xlsx")))

    wrong = [
        (name, cell.value, cell.number_format)
        for name, _, cell in numbers(book, listing.columns[0].header)
        if name not in measured and is_in_pounds(cell) != (name in money)
    ]
    assert wrong == []


def test_a_figure_is_formatted_by_the_unit_of_its_measure(client, office):
    forms = dict(Measure.objects.values_list("code", "form"))
    found = set()
    for name, row, cell in numbers(content_of(client.get("/figures.xlsx")), "Measure"):
        form = forms[row["Code of the measure"]]
        if name in ("Value", "Upper end"):
            found.add(form)
            assert is_in_pounds(cell) == (form == Measure.Form.POUNDS), (row, cell.number_format)
            assert ("%" in cell.number_format) == (form == Measure.Form.PERCENT), row
            if form != Measure.Form.POUNDS:
                assert cell.number_format.count("0") - 1 == places(cell.value)
        elif name in ("Numerator", "Denominator"):
            assert not is_in_pounds(cell), row

    assert found == set(Measure.Form)


def places(value: float) -> int:
    """How many decimals a number has."""
    _, _, behind = str(value).partition(".")
    return len(behind)


def test_a_comparison_formats_pounds_people_and_records_each_by_its_unit(client, office):
    first, other = Area.objects.published().filter(weights__isnull=False).distinct()[:2]
    asked = {"area": first.slug, "other": other.slug}

    book = content_of(client.get(reverse("public:compare-file", args=["xlsx"]), asked))

    found = {row["Unit"]: is_in_pounds(cell) for _, row, cell in numbers(book, "Figure")}
    assert found.pop("pounds")
    assert found
    assert not any(found.values())


def test_a_run_formats_pounds_as_pounds_and_nothing_else(client, office):
    for run in Run.objects.filter(withdrawal__isnull=True):
        columns = run.content["columns"]
        money = {each["header"] for each in columns if each["kind"] == "money"}
        address = reverse("transparency:run-xlsx", args=[run.kind, run.period.slug, run.number])
        for name, _, cell in numbers(content_of(client.get(address)), columns[0]["header"]):
            assert is_in_pounds(cell) == (name in money), (run, name)


def test_grants_in_the_standard_have_their_currency_in_a_column_and_not_in_the_format(
    client, office
):
    book = content_of(client.get(reverse("opendata:threesixtygiving-file", args=["xlsx"])))

    found = list(numbers(book, "Identifier"))

    assert found
    assert not any(is_in_pounds(cell) for _, _, cell in found)


@pytest.mark.parametrize(
    "resource",
    [each for admin in staff.registered() for each in resources_on(admin.model)],
    ids=lambda each: each.__name__,
)
def test_an_export_for_staff_formats_pounds_as_pounds_and_nothing_else(client, office, resource):
    client.force_login(office)
    model = next(
        admin.model for admin in staff.registered() if resource in resources_on(admin.model)
    )

    book = client.post(
        staff.list_of(model, "export"), {"resource": resource.__name__, "format": "xlsx"}
    ).content

    money = {column.column_name for column in resource.columns() if is_money(resource, column)}
    wrong = [
        (name, cell.value, cell.number_format)
        for name, _, cell in numbers(book)
        if is_in_pounds(cell) != (name in money)
    ]
    assert wrong == []


def is_money(resource, column) -> bool:
    """By the database's own column; what a sheet works out besides is named for its pounds."""
    steps = (column.attribute or column.column_name).split("__")
    model = resource._meta.model
    try:
        for step in steps[:-1]:
            model = model._meta.get_field(step).related_model
        return isinstance(model._meta.get_field(steps[-1]), MoneyField)
    except FieldDoesNotExist:
        return column.column_name in WORKED_OUT


def reports(office) -> Iterator[tuple[str, bytes]]:
    """Every workbook among the reports for staff."""
    client = Client()
    client.force_login(office)
    for address in (
        reverse("admin:position_download"),
        reverse("admin:sources_download"),
        reverse("admin:monitoring_xlsx"),
        f"{reverse('admin:monitoring_compare_xlsx')}?as_at=2026-06-30",
        f"{reverse('admin:accruals_xlsx')}?as_at=2026-06-30&show=all",
        f"{reverse('admin:reconciliation_xlsx')}?month=2026-06",
    ):
        answer = client.get(address)
        assert answer["Content-Type"] == workbooks.CONTENT_TYPE, (address, answer.content[:500])
        yield address, answer.content
    for kept in IndicatorSet.objects.all():
        address = reverse("admin:victims_indicatorset_ministry", args=[kept.pk])
        asked = {"first_day": "2025-04-01", "last_day": "2026-03-31"}
        yield address, client.get(address, asked).content


def test_a_report_for_staff_formats_each_number_by_its_unit(office):
    seen = set()
    for address, book in reports(office):
        for name, _, cell in numbers(book):
            seen.add(name)
            assert is_in_pounds(cell) == (name not in COUNTED | SHARES), (address, name, cell.value)
            assert ("%" in cell.number_format) == (name in SHARES), (address, name)

    assert seen >= COUNTED
    assert seen > COUNTED


# The workbook is given up half written.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_number_of_no_unit_is_refused_and_no_other_module_writes_workbooks():
    sheet = workbooks.Sheet("Sheet", "Title", ["Some number"], [[Decimal("12.50")]])

    with pytest.raises(ValueError, match="of no unit"):
        workbooks.workbook([sheet])
    writers = {
        str(path.relative_to(settings.BASE_DIR))
        for app in settings.OUR_APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if re.search(r"import .*\bWorkbook\b", path.read_text(encoding="utf-8"))
    }
    # The second reads them; the form of providers holds whole counts of people only.
    assert writers == {
        "commissioning/workbooks.py",
        "commissioning/resources/files.py",
        "victims/resources/sheets.py",
    }
