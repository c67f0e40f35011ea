"""Annual reports: drafts, editions that nothing changes, next year's report, and their pages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from commissioning import roles
from programmes.actions import observations, reports
from programmes.models import Edition, Report, ReportLine
from tests import builders as a
from tests.commissioning.staff import address, list_of, use

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": date(2020, 4, 1), "ends_on": date(2021, 3, 31)}
REPORT = {"title": "Annual Report 2020/21", "slug": "2020-21", **YEAR}


def a_counted_report(value=10, **section):
    """The report of 2020/21 with one table of one released figure."""
    measure = a.a_measure("People helped", counts_people=False)
    a.an_observation(value, measure, **YEAR)
    a.a_release(measure)
    table = a.a_report_table("Help given", [{"heading": "2020/21", **YEAR}], measure=measure)
    return a.a_report([{"heading": "Help", "table": table, **section}], **REPORT), measure


def correct(measure, value) -> None:
    from_before = measure.observations.get()
    observations.correct(
        from_before, value=Decimal(value), reason="Late figures.", by=a.an_officer()
    )
    a.a_release(measure)


class TestEditions:
    def test_an_edition_stays_as_it_was_published(self, client):
        report, measure = a_counted_report(10)
        a.an_edition(report)
        correct(measure, 77)
        report.sections.update(heading="Otherwise")

        page = client.get("/reports/2020-21/").content.decode()

        assert "Help given" in page
        assert ">10<" in page
        assert "77" not in page
        assert "Otherwise" not in page

    def test_a_later_edition_comes_first_and_the_earlier_can_be_read(self, client):
        report, measure = a_counted_report(10)
        a.an_edition(report)
        correct(measure, 77)
        a.an_edition(report, change_note="Late figures came in.")

        latest = client.get("/reports/2020-21/").content.decode()
        earlier = client.get("/reports/2020-21/1/").content.decode()

        assert ">77<" in latest
        assert "Late figures came in." in latest
        assert "/reports/2020-21/1/" in latest
        assert ">10<" in earlier
        assert "This is an earlier edition" in earlier
        assert client.get("/reports/2020-21/3/").status_code == 404

    def test_a_later_edition_says_what_is_new(self):
        report, _ = a_counted_report()
        a.an_edition(report)

        with pytest.raises(ValidationError, match="Say what is new"):
            a.an_edition(report)
        assert report.editions.count() == 1

    @pytest.mark.parametrize("harm", ["update", "delete"])
    def test_the_database_refuses_to_change_or_remove_an_edition(self, harm):
        edition = a.an_edition()
        rows = Edition.objects.filter(pk=edition.pk)

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(change_note="Other") if harm == "update" else rows._raw_delete("default")

    def test_a_report_without_sections_is_not_published(self):
        with pytest.raises(ValidationError, match="Add a section first"):
            a.an_edition(a.a_report([]))

    def test_an_edition_shows_the_public_nothing_unreleased(self, client):
        report, measure = a_counted_report(10)
        a.an_observation(86420975, measure, starts_on=date(2021, 4, 1), ends_on=date(2022, 3, 31))
        table = report.sections.get().table
        a.saved(
            ReportLine(
                table=table,
                axis="row",
                position=2,
                heading="2021/22",
                starts_on=date(2021, 4, 1),
                ends_on=date(2022, 3, 31),
            )
        )
        a.an_edition(report)

        page = client.get("/reports/2020-21/").content.decode()

        assert "86,420,975" not in page
        assert "No figure is published." in page


class TestDrafts:
    def test_a_draft_is_not_public(self, client):
        a_counted_report()

        assert client.get("/reports/2020-21/").status_code == 404
        assert "Annual Report 2020/21" not in client.get("/reports/").content.decode()
        assert client.get("/reports/2020-21/1/annual-report.pdf").status_code == 404

    def test_staff_see_the_draft_of_any_day(self, client):
        report, _ = a_counted_report(4321)
        client.force_login(a.an_officer())

        today = client.get(address(report, "draft")).content.decode()
        before = client.get(address(report, "draft"), {"as_at": "2021-01-01"}).content.decode()

        assert "4,321" in today
        assert "4,321" not in before
        assert "No figure is recorded." in before

    def test_a_day_that_is_none_gets_a_sentence(self, client):
        report, _ = a_counted_report()
        client.force_login(a.an_officer())

        page = client.get(address(report, "draft"), {"as_at": "soon"})

        assert page.status_code == 200
        assert "Enter a valid date." in page.content.decode()

    def test_no_chart_is_drawn_where_there_is_no_number_to_draw(self, client):
        report, _ = a_counted_report(4321, chart="bars")
        client.force_login(a.an_officer())

        today = client.get(address(report, "draft")).content.decode()
        before = client.get(address(report, "draft"), {"as_at": "2021-01-01"}).content.decode()

        assert '<svg role="img"' in today
        assert '<svg role="img"' not in before

    def test_a_table_can_be_looked_at_by_itself(self, client):
        report, _ = a_counted_report(4321)
        client.force_login(a.an_officer())

        page = client.get(address(report.sections.get().table, "draft")).content.decode()

        assert "Help given" in page
        assert "4,321" in page


class TestStaff:
    def test_publishing_says_what_will_happen_and_asks_for_a_note_the_second_time(self, client):
        report, _ = a_counted_report()
        client.force_login(a.an_officer())

        use(client, report, "publish_edition")
        asked = client.get(address(report, "publish_edition")).content.decode()
        use(client, report, "publish_edition", change_note="A slip is put right.")

        assert "What is new since the edition before" in asked
        assert [edition.number for edition in report.editions.all()] == [2, 1]

    def test_figures_that_are_not_published_are_warned_of(self, client):
        measure = a.a_measure()
        table = a.a_report_table("Help given", [{"heading": "All"}], measure=measure)
        report = a.a_report([{"heading": "Help", "table": table}])
        client.force_login(a.an_officer())

        page = client.post(address(report, "publish_edition"), {"asked": "yes"})

        assert "Help given: 1 of its 1 figures is not published." in page.content.decode()

    def test_sections_are_edited_one_below_the_other_with_room_for_their_text(self, client):
        report, _ = a_counted_report(text="What we *did*.")
        client.force_login(a.an_officer())
        sent = {
            "title": report.title,
            "starts_on": "2020-04-01",
            "ends_on": "2021-03-31",
            "slug": report.slug,
            "sections-TOTAL_FORMS": 1,
            "sections-INITIAL_FORMS": 1,
            "sections-0-id": report.sections.get().pk,
            "sections-0-report": report.pk,
            "sections-0-position": 10,
            "sections-0-level": 1,
            "sections-0-heading": "Help",
            "sections-0-text": "What we *did not*.",
            "sections-0-chart": "none",
        }

        page = client.get(address(report))
        client.post(address(report), {**sent, "seen": page.context["seen"]})

        text = r'<textarea name="sections-0-text"[^>]* rows="8"'
        assert re.search(text, page.content.decode())
        assert report.sections.get().text == "What we *did not*."

    def test_who_may_not_publish_is_refused(self, client):
        report, _ = a_counted_report()
        client.force_login(a.a_user(roles.AUDITOR))

        assert client.post(address(report, "publish_edition")).status_code == 403
        assert not report.editions.exists()

    def test_a_report_is_added_with_its_year_for_an_address(self, client):
        client.force_login(a.a_user(superuser=True))
        rows = {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
        told = {"title": "Annual Report", "starts_on": "01/04/2031", "ends_on": "31/03/2032"}

        client.post(list_of(Report, "add"), {**told, **rows})

        assert Report.objects.get().slug == "2031-32"

    def test_an_edition_cannot_be_edited(self, client):
        edition = a.an_edition()
        client.force_login(a.a_user(superuser=True))

        assert client.get(address(edition)).status_code == 200
        assert client.post(address(edition), {"number": 9}).status_code == 403


class TestNextYear:
    def test_sections_and_tables_are_copied_a_year_on(self):
        report, measure = a_counted_report(text="As in *2020/21*.", chart="bars")

        made = reports.prepare_next(report, by=a.an_officer())

        section = made.sections.get()
        line = section.table.lines.get(axis="row")
        assert (made.title, made.slug) == ("Annual Report 2021/22", "2021-22")
        assert (made.starts_on, made.ends_on) == (date(2021, 4, 1), date(2022, 3, 31))
        assert (section.heading, section.text, section.chart) == (
            "Help",
            "As in *2020/21*.",
            "bars",
        )
        assert (line.heading, line.starts_on) == ("2021/22", date(2021, 4, 1))
        assert section.table.measure == measure
        assert report.sections.get().table.lines.get(axis="row").heading == "2020/21"

    def test_a_table_of_an_older_time_stays_as_it_is(self):
        old = {"starts_on": date(2017, 3, 1), "ends_on": date(2020, 3, 31)}
        table = a.a_report_table("My Time 2017 to 2020", [{"heading": "2017"}], **old)
        report = a.a_report([{"heading": "My Time", "table": table}], **REPORT)

        copied = reports.prepare_next(report, by=a.an_officer()).sections.get().table

        assert copied.title == "My Time 2017 to 2020"
        assert (copied.starts_on, copied.ends_on) == (old["starts_on"], old["ends_on"])
        assert copied.lines.get(axis="row").heading == "2017"

    def test_a_table_that_two_sections_show_is_copied_once(self):
        table = a.a_report_table(rows=[{"heading": "All"}])
        shows = {"table": table}
        report = a.a_report([{"heading": "A", **shows}, {"heading": "B", **shows}], **REPORT)

        made = reports.prepare_next(report, by=a.an_officer())

        assert len({section.table_id for section in made.sections.all()}) == 1
        assert made.sections.first().table != table

    def test_the_next_report_is_prepared_once(self, client):
        report, _ = a_counted_report()
        client.force_login(a.an_officer())

        use(client, report, "prepare_next")
        again = client.get(address(report, "prepare_next")).content.decode()

        assert Report.objects.filter(slug="2021-22").count() == 1
        assert "The report for 2021/22 is there already." in again

    @pytest.mark.parametrize(
        ("text", "later"),
        [
            ("2020/21", "2021/22"),
            ("2016-2017", "2017-2018"),
            ("20/21 (midterm figure)", "21/22 (midterm figure)"),
            ("Community Safety Budget 2016-22", "Community Safety Budget 2017-23"),
            ("1999/00", "2000/01"),
            ("Complaints in 2020", "Complaints in 2021"),
            ("101 calls, 30,000 people", "101 calls, 30,000 people"),
            ("1/2 of all", "1/2 of all"),
        ],
    )
    def test_years_in_headings_move_on(self, text, later):
        assert reports.moved_on(text) == later

    @pytest.mark.parametrize(
        ("day", "later"),
        [
            (date(2020, 2, 29), date(2021, 2, 28)),
            (date(2023, 2, 28), date(2024, 2, 29)),
            (date(2020, 2, 28), date(2021, 2, 28)),
            (None, None),
        ],
    )
    def test_days_move_on_a_year(self, day, later):
        assert reports.next_year(day) == later


def test_a_report_lists_its_day_and_number(client):
    report, _ = a_counted_report()
    a.an_edition(report)

    page = client.get("/reports/").content.decode()

    assert f"Edition 1, published {timezone.localdate():%-d %B %Y}" in page
