"""Loading the reference figures: once, over what staff have done, in full or not at all."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.test import TestCase

from commissioning.actions import funds, publication, records
from commissioning.models import (
    Area,
    Award,
    Condition,
    Entry,
    Fund,
    FundingSource,
    HistoryEvent,
    Organisation,
    ReportedTotal,
    Service,
    User,
)
from commissioning.reference import files
from programmes.models import Release
from programmes.reference import coverage
from tests import builders as a
from tests.commissioning.reference import TheReferenceFigures, load, rows
from tests.sampling import sample

pytestmark = pytest.mark.dialect


class FirstLoadTest(TestCase):
    def test_it_states_how_many_of_each_kind_it_added(self):
        said = load()

        assert "   147 organisations added\n" in said
        assert "    10 budgets implied by awards\n" in said
        assert "    36 programmes added\n" in said
        assert "    15 local units added\n" in said
        assert "    25 indicators added\n" in said
        assert said.endswith("records added and published.\n")
        assert Release.objects.count() == 1


class LoadingTest(TheReferenceFigures):
    def test_everything_is_published_by_a_user_who_cannot_sign_in(self):
        loader = User.objects.get(username="records-loader")

        assert not loader.is_active
        assert not loader.has_usable_password()
        for model in (Organisation, FundingSource, Fund, Service, Award, ReportedTotal):
            assert set(model.objects.values_list("is_published", "published_by")) == {
                (True, loader.pk)
            }

    def test_a_second_run_changes_nothing_and_says_so(self):
        before = Entry.objects.count(), HistoryEvent.objects.count()

        said = load()

        assert said.endswith("Nothing changed: all of the reference figures were there.\n")
        assert (Entry.objects.count(), HistoryEvent.objects.count()) == before

    def test_a_second_run_leaves_alone_what_staff_have_done(self):
        fund = Fund.objects.get(code="F-VICTIMS-2122")
        fund.purpose = "Rewritten by staff."
        records.save(fund, by=a.a_finance_officer())
        publication.withdraw([fund], reason="It is looked at again.", by=a.a_finance_officer())
        funds.revise_budget(
            fund.budgets.get(),
            a.pounds(100),
            effective_on=date(2021, 5, 1),
            note="More came.",
            by=a.a_finance_officer(),
        )
        allocation = fund.budgets.get().allocations.get()
        allocation.purpose = "Named anew by staff."
        records.save(allocation, by=a.a_finance_officer())
        condition = Condition.objects.get(code="R-EVAL")
        condition.text = "Every service is evaluated."
        records.save(condition, by=a.an_officer())

        said = load()

        assert said.endswith("Nothing changed: all of the reference figures were there.\n")
        condition.refresh_from_db()
        assert condition.text == "Every service is evaluated."
        assert fund.budgets.get().allocated == Decimal("200000.00")
        fund.refresh_from_db()
        assert (fund.purpose, fund.is_published) == ("Rewritten by staff.", False)
        assert fund.budgets.get().amount == Decimal("3400100.00")

    def test_what_is_missing_is_added(self):
        Condition.objects.get(code="R-NLW").delete()

        assert "     1 conditions of funding added, 10 there already" in load()
        assert Condition.objects.filter(code="R-NLW").count() == 1

    def test_with_if_empty_it_leaves_a_used_database_alone(self):
        Condition.objects.all().delete()

        said = load("--if-empty")

        assert said == "There are records already, so no reference figures are loaded.\n"
        assert not Condition.objects.exists()

    # --- The table of coverage --------------------------------------------------------------------

    def test_the_page_is_up_to_date(self):
        page = Path(settings.BASE_DIR) / "docs" / "coverage.md"

        assert page.read_text(encoding="utf-8") == coverage.document(), (
            "Run manage.py coverage_table on a database with the reference figures."
        )

    def test_it_has_every_row_of_the_checklist(self):
        printed = [(row["name"], row["paragraph"]) for row in rows("systems_checklist")]

        assert [(item.name, item.paragraph) for item in coverage.items()] == printed
        assert all(item.recorded for item in coverage.items())

    def test_everything_that_is_money_has_its_record(self):
        money = [item for item in coverage.items() if item.is_money]

        assert len(money) > 150
        assert [item.name for item in money if not item.links] == []

    def test_every_address_answers(self):
        links = [link for one in (*coverage.items(), *coverage.treatments()) for link in one.links]
        paths = sorted({link.path for link in links})

        self.client.raise_request_exception = False
        assert len(paths) > 300
        answers = {path: self.client.get(path).status_code for path in sample(paths, 60)}

        assert {path: status for path, status in answers.items() if status != 200} == {}


class RefusalTest(TestCase):
    def test_a_clash_with_other_records_is_told_and_nothing_is_loaded(self):
        a.an_area("Birmingham", code="BHM")

        with self.assertRaisesMessage(CommandError, "Nothing was loaded."):
            load()

        assert Area.objects.count() == 1
        assert not Organisation.objects.exists()

    def test_a_missing_file_is_named(self):
        with files_in_an_empty_folder(), self.assertRaisesMessage(CommandError, "areas.csv"):
            load()

        assert not Area.objects.exists()


@contextmanager
def files_in_an_empty_folder():
    def forget():
        files.read.cache_clear()
        files.by_code.cache_clear()

    forget()
    try:
        with TemporaryDirectory() as folder, mock.patch.object(files, "FOLDER", Path(folder)):
            yield
    finally:
        forget()
