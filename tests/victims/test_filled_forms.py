"""Forms that come back from providers: taken in whole in three clicks, or refused cell by cell."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl.chart import BarChart

from commissioning import roles
from commissioning.models import HistoryEvent
from tests import builders as a
from tests.commissioning import staff
from tests.victims.forms import a_filled_form, an_empty_form, as_bytes, as_upload, cell_of
from victims.grids import values_of
from victims.models import MonitoringReturn, ReturnCount

pytestmark = pytest.mark.django_db

Status = MonitoringReturn.Status

# What stands in a cell, and the sentence about it.
BAD = [
    ("abc", "“abc” is not a whole number. Write a whole number from 0 up"),
    ("12a", "“12a” is not a whole number"),
    ("ten", "“ten” is not a whole number"),
    (1.5, "“1.5” is not a whole number"),
    ("3.7", "“3.7” is not a whole number"),
    (-1, "-1 is below 0"),
    ("-12", "-12 is below 0"),
    ("1e3", "“1e3” is not a whole number"),
    ("£5", "“£5” is not a whole number"),
    ("5%", "“5%” is not a whole number"),
    ("n/a", "“n/a” is not a whole number"),
    ("?", "“?” is not a whole number"),
    ("about 10", "“about 10” is not a whole number"),
    ("<5", "“<5” is not a whole number"),
    ("1-4", "“1-4” is not a whole number"),
    (2_000_000, "2,000,000 is more than any service counts"),
    (10**30, "is not a whole number"),
    ("=1+1", "it holds a formula. Write the number itself."),
    ("=SUM(A1:A2)", "it holds a formula. Write the number itself."),
    (None, "it is empty."),
    ("   ", "it is empty."),
    (datetime(2025, 4, 1), "is a date or time where text is expected"),  # noqa: DTZ001
    (True, "“True” is not a whole number"),
    ("#REF!", "is an error of the spreadsheet"),
    ("12,5", "“12,5” is not a whole number"),
]


@pytest.fixture
def officer(client):
    user = a.a_user(roles.OFFICER)
    client.force_login(user)
    return user


def take_in(client, made, book):
    return client.post(staff.address(made, "take_in"), {"filled": as_upload(book)})


def faults(page) -> list[tuple[str, str, str]]:
    return [(fault.sheet, fault.cell, fault.sentence) for fault in page.context["faults"]]


def said(page) -> str:
    return " ".join(page.content.decode().replace("&#x27;", "'").split())


def is_untouched(made) -> bool:
    made.refresh_from_db()
    return made.status == Status.DUE and not ReturnCount.objects.exists()


def test_a_correct_form_is_accepted_in_three_clicks(client, officer):
    made = a.a_return()

    taken = take_in(client, made, a_filled_form(made))
    assert taken.status_code == 302
    client.force_login(a.a_finance_officer())
    page = client.get(staff.address(made, "certify"))
    staff.confirm(client, made, "certify", page)
    client.force_login(officer)
    page = client.get(staff.address(made, "accept"))
    staff.confirm(client, made, "accept", page)

    made.refresh_from_db()
    assert made.status == Status.ACCEPTED
    assert values_of(made) == a.counts_of(made)


def test_the_page_of_a_return_shows_its_numbers(client, officer):
    made = a.a_submitted_return()

    page = client.get(staff.address(made)).content.decode()

    assert "Burglary" in page
    assert 'class="number">6</td>' in page


def test_25_bad_cells_are_25_errors_by_sheet_and_cell_and_nothing_is_written(client, officer):
    assert len(BAD) == 25
    areas = [a.an_area("Walsall"), a.an_area("Dudley"), a.an_area("Solihull")]
    made = a.a_return(a.a_victims_service(areas=areas))
    book, expected = a_filled_form(made), []
    places = [
        (code, area, category)
        for code, categories in [
            ("referrals", ["Burglary", "Assault", "Not known"]),
            ("assessed", ["Housing", "Health", "Not known"]),
            ("supported", ["Burglary", "Assault", "Not known"]),
        ]
        for area in ["Dudley", "Solihull", "Walsall"]
        for category in categories
    ]
    for (content, sentence), place in zip(BAD, places, strict=False):
        sheet, cell = cell_of(made, *place)
        book[sheet][cell] = content
        expected.append((sheet, cell, sentence))
    events = HistoryEvent.objects.count()

    page = take_in(client, made, book)

    found = faults(page)
    assert len(found) == 25
    assert sorted(place[:2] for place in found) == sorted(place[:2] for place in expected)
    posted = {place[:2]: place[2] for place in found}
    for sheet, cell, sentence in expected:
        assert sentence in posted[sheet, cell]
    assert "25 things are wrong" in said(page)
    assert is_untouched(made)
    assert HistoryEvent.objects.count() == events


def test_numbers_that_disagree_are_told_by_cell_beside_bad_ones(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    total, bad = cell_of(made, "referrals"), cell_of(made, "waiting", category="All")
    book[total[0]][total[1]] = 99
    book[bad[0]][bad[1]] = "many"

    page = take_in(client, made, book)

    posted = {place[:2]: place[2] for place in faults(page)}
    assert set(posted) == {total, bad}
    assert "the total is 99, but the numbers above it come to 6" in posted[total]
    assert is_untouched(made)


def test_a_reason_stands_in_the_place_of_a_number(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    sheet, cell = cell_of(made, "waiting", category="All")
    book[sheet][cell] = "Not collected"

    take_in(client, made, book)

    count = made.counts.get(counted__code="waiting")
    assert (count.value, count.missing) == (None, "not_collected")


def test_numbers_typed_as_text_are_numbers(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    sheet, cell = cell_of(made, "waiting", category="All")
    book[sheet][cell] = " 1,200 "

    take_in(client, made, book)

    assert made.counts.get(counted__code="waiting").value == 1200


def test_an_empty_form_is_told_column_by_column_and_nothing_is_taken_as_0(client, officer):
    made = a.a_return()

    page = take_in(client, made, an_empty_form(made))

    posted = [(cell, sentence.partition(".")[0]) for _, cell, sentence in faults(page)]
    assert posted == [
        ("C5", "it is empty"),
        ("C5 to C8", "nothing stands under “Referrals”"),
        ("D5 to D8", "nothing stands under “Accepted”"),
        ("E5 to E8", "nothing stands under “Supported”"),
        ("C5 to C8", "nothing stands under “Assessed”"),
        ("D5 to D8", "nothing stands under “Improved”"),
    ]
    assert is_untouched(made)


def _moved_row(book, made):
    sheet, cell = cell_of(made, "referrals", category="Burglary")
    book[sheet][f"B{cell[1:]}"] = "Theft"


def _merged(book, made):
    sheet, cell = cell_of(made, "referrals", category="Burglary")
    book[sheet].merge_cells(f"{cell}:{chr(ord(cell[0]) + 1)}{cell[1:]}")


def _beside(book, made):
    sheet, _ = cell_of(made, "referrals")
    book[sheet]["J6"] = "see my notes"


def _far_away(book, made):
    sheet, _ = cell_of(made, "referrals")
    book[sheet]["XFD1048576"] = "x"


def _chart(book, made):
    book.create_chartsheet("Chart").add_chart(BarChart())


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_moved_row, "here stood “Burglary”. Do not move or rename rows or columns."),
        (_merged, "are merged cells. Unmerge them"),
        (_beside, "it is outside the table. Empty it."),
        (_far_away, "something stands far outside the table"),
        (_chart, "it is no sheet of this form. Remove it."),
        (lambda book, made: book.create_sheet("Mine"), "it is no sheet of this form. Remove it."),
    ],
)
def test_a_form_that_was_rebuilt_is_refused_by_place(client, officer, harm, sentence):
    made = a.a_return()
    book = a_filled_form(made)
    harm(book, made)

    page = take_in(client, made, book)

    assert any(sentence in posted for _, _, posted in faults(page)), faults(page)
    assert is_untouched(made)


def test_the_form_of_another_service_is_refused(client, officer):
    made = a.a_return(a.a_victims_service("Helping Hand"))
    other = a.a_return(a.a_victims_service("Safe Home", indicator_set=made.service.indicator_set))

    page = take_in(client, made, a_filled_form(other))

    assert "This is the form of “Safe Home”. The return is of “Helping Hand”." in said(page)
    assert is_untouched(made)


def test_the_form_of_another_period_is_refused(client, officer):
    made = a.a_return()
    later = made.service.returns.get(starts_on=date(2025, 7, 1))

    page = take_in(client, made, a_filled_form(later))

    assert "This is the form for 1 July 2025 to 30 September 2025." in said(page)
    assert is_untouched(made)


def test_a_form_from_before_a_change_of_what_is_counted_is_refused(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    made.service.indicator_set.counted.filter(code="waiting").update(name="On the waiting list")

    page = take_in(client, made, book)

    assert "This form is an old one" in said(page)
    assert is_untouched(made)


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (lambda: b"Area,Referrals\nWalsall,3\n", "This is not an Excel file."),
        (lambda: b"PK\x03\x04 rubbish", "The file is damaged, or is not a spreadsheet."),
        (lambda: b"\xd0\xcf\x11\xe0old", "This is an old Excel file, or one with a password."),
        (_bomb, "The file unpacks to more than this system takes."),
        (lambda: b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB."),
        (lambda: b"", "The file is empty."),
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(client, officer, data, sentence):
    made = a.a_return()

    page = take_in(client, made, data())

    assert page.status_code == 200
    assert sentence in said(page)
    assert is_untouched(made)


def test_a_workbook_of_something_else_is_refused(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    del book["Instructions"]

    assert "This is not the form of a return" in said(take_in(client, made, book))
    assert is_untouched(made)


def test_only_those_who_take_returns_in_reach_the_form(client):
    made = a.a_return()
    for role in (roles.FINANCE, roles.AUDITOR, roles.APPROVER):
        client.force_login(a.a_user(role))
        assert client.get(staff.address(made, "form")).status_code == 403
        assert take_in(client, made, a_filled_form(made)).status_code == 403
    assert is_untouched(made)


def test_the_form_sent_back_holds_what_was_counted_and_why_it_comes_back(client, officer):
    made = a.a_submitted_return()
    staff.use(client, made, "send-back", reason="Walsall is missing.")

    data = client.get(staff.address(made, "form")).content

    made.refresh_from_db()
    assert made.status == Status.SENT_BACK
    assert data != as_bytes(an_empty_form(made))
    reading = client.post(staff.address(made, "take_in"), {"filled": as_upload(data)})
    assert reading.status_code == 302


def test_a_return_that_is_accepted_takes_no_form_in(client, officer):
    made = a.an_accepted_return()

    page = take_in(client, made, a_filled_form(made, 5))

    assert page.status_code == 302
    assert values_of(made) == a.counts_of(made)


# --- Comments -------------------------------------------------------------------------------------


def test_comments_that_may_tell_of_somebody_are_taken_in_after_a_question(client, officer):
    made = a.a_return()
    book = a_filled_form(made)
    book["Comments"]["A3"] = "Jane Robinson left the refuge."

    page = take_in(client, made, book)

    assert "“Jane Robinson” may be a name." in said(page)
    assert is_untouched(made)
    token = {"token": page.context["token"]}
    assert client.post(staff.address(made, "take_in"), token).status_code == 302
    made.refresh_from_db()
    assert made.status == Status.SUBMITTED
    assert made.comments == "Jane Robinson left the refuge."
    # Pressed twice, it is done once.
    assert client.post(staff.address(made, "take_in"), token).status_code == 302


def test_history_never_holds_the_comments(client, officer):
    made = a.a_submitted_return(comments="xqsecretqx")
    a.an_approver()

    for event in HistoryEvent.objects.all():
        assert "xqsecretqx" not in f"{event.before}{event.after}{event.reason}"
    assert made.comments == "xqsecretqx"
