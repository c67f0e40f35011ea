"""The story of a fund's year, from its first budget to the next one, at the office's own doors.

After each chapter every report ties to the journal to the penny, now and as at three dates.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from commissioning.actions import payments, publication
from commissioning.figures import Slice, position
from commissioning.models import Allocation, Award, Budget, Instalment, Payment
from commissioning.money import NOTHING
from commissioning.rules import RuleBroken
from finance.actions import batches, year_end
from finance.admin.monitoring import COLUMNS
from finance.figures.reconciliation import reconcile
from finance.models import CarryForward, LedgerLine, MonthSignOff, PaymentBatch
from finance.payment_files import checksum
from tests import builders as a
from tests import clock
from tests.commissioning import staff
from tests.finance.the_year import (
    JUNE,
    NEXT_YEAR,
    PAY_DAY,
    THREE_DATES,
    VIRED_ON,
    YEAR,
    Year,
)
from tests.opendata.reading import content_of

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

# 25 awards of £4,000 and £4 more each time, one of £20,000, four of £3,000.
WORTH = a.pounds(25 * 4_000 + 4 * sum(range(25)) + 20_000 + 4 * 3_000)


@dataclass
class Story:
    """Where the story stands; each chapter is told once, in order, and ties at its end."""

    year: Year
    grant: Budget = None
    main: Budget = None
    allocations: list[Allocation] = None
    awards: list[Award] = None
    batch: PaymentBatch = None
    later: Budget = None

    # --- Money in ---------------------------------------------------------------------------------

    def a_budget_comes_from_two_sources(self):
        self.grant = self.year.open_budget(self.year.grant, "£130,000")
        self.main = self.year.open_budget(self.year.main, "80,000.50")

        assert [self.grant.amount, self.main.amount] == [a.pounds(130_000), a.pounds("80000.50")]

    def areas_get_their_allocations(self):
        finance = self.year.as_(self.year.finance)
        for budget, amount in ((self.grant, "37000"), (self.main, "20000")):
            told = {f"area_{area.pk}": amount for area in self.year.areas}
            staff.use(finance, budget, "allocate", effective_on="15/04/2024", **told)
        too_much = {f"area_{self.year.areas[0].pk}": "19000.01", "effective_on": "15/04/2024"}

        page = staff.ask(finance, self.grant, "allocate", **too_much)

        assert "£19,000.01 cannot be allocated" in staff.problems(page)
        self.allocations = list(Allocation.objects.order_by("pk"))
        assert sum(row.amount for row in self.allocations) == a.pounds(171_000)

    # --- Money promised ---------------------------------------------------------------------------

    def thirty_awards_are_recommended(self):
        self.awards = self.year.draft_thirty(self.allocations)

        assert position(Slice()).pipeline == WORTH
        assert position(Slice()).committed == NOTHING

    def two_within_the_limit_are_approved_and_the_others_at_once_by_somebody_higher(self):
        large = max(self.awards, key=lambda award: award.commitments.get().proposed)
        first, second, third, *others = [award for award in self.awards if award != large]

        refused = self.year.approve_many(self.awards, self.year.approver)
        assert "limit to approve or vary an award is £10,000.00" in told(refused)
        refused = self.year.approve_many([first, second, third], self.year.approver)
        assert "together these are £12,012.00" in told(refused)
        assert not Award.objects.filter(status="approved").exists()
        self.year.approve_many([first, second], self.year.approver)
        assert Award.objects.filter(status="approved").count() == 2
        refused = self.year.approve_many([large], self.year.approver)
        assert "would be worth £20,000.00" in told(refused)
        self.year.approve_many([third, *others, large], self.year.director)

        assert Award.objects.filter(status="approved").count() == 30
        assert position(Slice()).committed == WORTH
        assert position(Slice()).pipeline == NOTHING

    def the_public_reads_them(self):
        shown = list(Award.objects.order_by("pk")[:20])
        publication.publish(shown, by=self.year.officer)

        told = json.loads(content_of(self.year.client.get("/awards.json")))
        assert told["count"] == 20

    def each_has_its_schedule(self):
        rows = Instalment.objects.standing()

        assert rows.count() == 26 * 4
        assert sum(row.amount for row in rows) == WORTH - 4 * 3_000
        assert {row.due_on for row in rows} == {
            date(2024, 4, 1),
            date(2024, 7, 1),
            date(2024, 10, 1),
            date(2025, 1, 1),
        }

    # --- Money out --------------------------------------------------------------------------------

    def a_batch_pays_the_first_quarter(self):
        due = Instalment.objects.standing().filter(due_on__lt=PAY_DAY)
        asked = payments.request_instalments(due, by=self.year.officer)
        for n, award in enumerate(self.awards[26:]):
            for part in (1_200 + n, 1_300 + n):
                request = Payment(commitment=award.commitments.get(), amount=a.pounds(part))
                asked.append(payments.request(request, by=self.year.officer))
        with clock.on(PAY_DAY):
            self.batch = batches.draft(PaymentBatch(pay_on=PAY_DAY), asked, by=self.year.finance)
            own = staff.ask(self.year.as_(self.year.finance), self.batch, "release")
            assert "You put this batch together" in told(own)

            staff.use(self.year.as_(self.year.treasurer), self.batch, "release")

        self.batch.refresh_from_db()
        assert (self.batch.status, self.batch.count) == ("released", 34)
        assert position(Slice()).paid == self.batch.total

    def the_bank_gets_its_file(self):
        _, content = batches.download(self.batch, by=self.year.treasurer)

        assert checksum(content.decode()) == self.batch.sha256
        rows = list(csv.reader(StringIO(content.decode())))
        amounts = [cell for row in rows for cell in row if cell.count(".") == 1][-34:]
        assert sum(map(Decimal, amounts)) == self.batch.total

    # --- The ledger -------------------------------------------------------------------------------

    def the_ledger_of_june_is_taken_in_and_matched(self):
        paid = list(Payment.objects.filter(paid_on=PAY_DAY).order_by("pk"))
        page = self.year.take_in_the_ledger(paid)
        assert "40 new lines of june.csv, 28 matched at once" in told(page)
        page = self.year.reconcile()
        assert len(page.context["suggestions"]) == 6
        self.year.reconcile("accept", least="70")

        unmatched = self.year.reconcile(list="lines").context["rows"]

        assert len(unmatched) == 6
        keys = [row.pk for row, *_ in unmatched]
        reason = {"cause": "not_ours", "reason": "Stationery of another office."}
        self.year.reconcile("explain", side="line", rows=keys, **reason)
        both = reconcile(JUNE)
        assert both.payments.matched == self.batch.total
        assert both.ledger.total - both.ledger.explained == self.batch.total
        assert LedgerLine.objects.count() == 40

    def june_is_signed_off_by_somebody_else(self):
        self.year.as_(self.year.treasurer)
        own = self.year.reconcile("sign_off")
        assert "somebody else must sign it off" in told(own)
        self.year.as_(self.year.finance)

        seen = self.year.reconcile("sign_off").context["seen"]
        self.year.reconcile("sign_off", seen=seen)

        signed = MonthSignOff.objects.get()
        assert (signed.lines, signed.payments, signed.paid) == (40, 34, self.batch.total)

    # --- What changes -----------------------------------------------------------------------------

    def some_of_it_comes_back(self):
        """£200 that may be paid again, and £150 that were not spent."""
        before = position(Slice())
        for award, cause, amount in (
            (self.awards[0], "repayment", 200),
            (self.awards[1], "underspend", 150),
        ):
            back = Payment(
                commitment=award.commitments.get(),
                kind=Payment.Kind.RECOVERY,
                cause=cause,
                amount=a.pounds(amount),
            )
            payments.request(back, by=self.year.officer)
            finance = self.year.as_(self.year.finance)
            staff.use(finance, back, "release", paid_on="10/07/2024")

        after = position(Slice())
        assert (after.recovered, before.paid - after.paid) == (350, 350)
        assert before.committed - after.committed == 150

    def one_comes_back_unpaid_and_is_paid_once_more(self):
        """Into an account that was closed: back on 8 July, paid again on 9 July."""
        before = position(Slice())
        payment = self.batch.payments().get(commitment__award=self.awards[2])
        told = {"on": "08/07/2024", "bank_reason": "account_closed"}
        staff.use(self.year.as_(self.year.finance), payment, "mark-returned", **told)
        row = payment.returns.get()
        staff.use(self.year.as_(self.year.treasurer), row, "confirm-return")
        assert position(Slice()).returned_unpaid == before.paid - position(Slice()).paid
        assert before.paid - position(Slice()).paid == payment.amount
        page = self.year.as_(self.year.finance).get(staff.address(self.batch))
        assert "34 payments, 1 returned unpaid" in page.content.decode()

        (again,) = payments.request_instalments([payment.instalment], by=self.year.officer)
        staff.use(self.year.client, again, "release", paid_on="09/07/2024")

        assert position(Slice()).paid == before.paid

    def money_is_vired_between_the_sources(self):
        staff.use(
            self.year.as_(self.year.finance),
            self.grant,
            "vire",
            taker=self.main.pk,
            amount="5000",
            reason="Agreed by both.",
            effective_on=f"{VIRED_ON:%d/%m/%Y}",
        )

        self.grant.refresh_from_db()
        self.main.refresh_from_db()
        assert [self.grant.amount, self.main.amount] == [a.pounds(125_000), a.pounds("85000.50")]

    def the_month_is_reported_as_at_three_dates(self):
        june, july, march = map(self.year.monitoring, THREE_DATES)

        assert june["budget"] == july["budget"] == march["budget"] == a.pounds("210000.50")
        assert (june["committed"], july["committed"]) == (WORTH, WORTH - 150)
        assert (june["paid"], july["paid"]) == (self.batch.total, self.batch.total - 350)
        # Instalments that were due; what was not spent had been due as well.
        assert june["profiled"] < july["profiled"] < march["profiled"] == WORTH
        self._workbook_has_the_same(THREE_DATES[0], june)

    def _workbook_has_the_same(self, day: date, shown: dict):
        asked = {"as_at": day.isoformat()}
        file = self.year.client.get(reverse("admin:monitoring_xlsx"), asked).content
        *_, total = load_workbook(BytesIO(file))["Budget monitoring"].iter_rows(values_only=True)
        for column, written in zip(COLUMNS, total[1:], strict=False):
            if isinstance(shown[column.figure], Decimal):
                assert Decimal(str(written)) == shown[column.figure], column.label

    # --- The year's end ---------------------------------------------------------------------------

    def the_next_year_has_its_budget(self):
        self.later = self.year.open_budget(self.year.grant, "100000", NEXT_YEAR)

        assert self.later.amount == a.pounds(100_000)

    def what_is_left_is_carried_forward_by_two_people(self):
        carried = year_end.propose_carry_forward(
            self.grant,
            self.later,
            a.pounds(10_000),
            reason="It started late.",
            by=self.year.finance,
        )
        too_much = {"reason": "All of it.", "by": self.year.treasurer}
        with pytest.raises(RuleBroken):
            year_end.propose_carry_forward(self.grant, self.later, a.pounds(10_000), **too_much)
        staff.use(self.year.as_(self.year.chief), carried, "approve")

        self.grant.refresh_from_db()
        self.later.refresh_from_db()
        assert [self.grant.amount, self.later.amount] == [a.pounds(115_000), a.pounds(110_000)]
        assert CarryForward.objects.get().status == "approved"

    def the_year_is_closed_and_takes_nothing_more(self):
        whole = position(Slice(year=YEAR, as_at=YEAR.last_day))
        self.year.close("The other months are signed off on paper.")
        late = {"direction": "in", "amount": "1", "reason": "Late.", "effective_on": "31/03/2025"}

        page = staff.ask(self.year.as_(self.year.finance), self.main, "revise", **late)

        assert "closed financial year" in staff.problems(page)
        assert position(Slice(year=YEAR, as_at=YEAR.last_day)) == whole

    def the_next_year_goes_on(self):
        told = {f"area_{self.year.areas[0].pk}": "110000", "effective_on": "01/04/2025"}
        staff.use(self.year.as_(self.year.finance), self.later, "allocate", **told)

        now = position(Slice(year=NEXT_YEAR))
        assert (now.carried_forward, now.unallocated) == (a.pounds(10_000), NOTHING)


CHAPTERS = [
    Story.a_budget_comes_from_two_sources,
    Story.areas_get_their_allocations,
    Story.thirty_awards_are_recommended,
    Story.two_within_the_limit_are_approved_and_the_others_at_once_by_somebody_higher,
    Story.the_public_reads_them,
    Story.each_has_its_schedule,
    Story.a_batch_pays_the_first_quarter,
    Story.the_bank_gets_its_file,
    Story.the_ledger_of_june_is_taken_in_and_matched,
    Story.june_is_signed_off_by_somebody_else,
    Story.some_of_it_comes_back,
    Story.one_comes_back_unpaid_and_is_paid_once_more,
    Story.money_is_vired_between_the_sources,
    Story.the_month_is_reported_as_at_three_dates,
    Story.the_next_year_has_its_budget,
    Story.what_is_left_is_carried_forward_by_two_people,
    Story.the_year_is_closed_and_takes_nothing_more,
    Story.the_next_year_goes_on,
]


def told(page) -> str:
    return " ".join(page.content.decode().split())


def test_every_report_ties_to_the_journal_in_every_chapter_of_a_year(client):
    story = Story(Year(client))

    for chapter in CHAPTERS:
        chapter(story)
        assert story.year.ties() == [], chapter.__name__
    assert story.year.ties(everything=True) == []
