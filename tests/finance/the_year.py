"""People, a year that is over and its ledger: what the story of a whole year needs."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning import roles
from commissioning.actions import awards
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    ClosedYear,
    Fund,
    Organisation,
    Payment,
    User,
)
from commissioning.years import FinancialYear
from finance.models import LedgerSource
from finance.months import Month
from tests import builders as a
from tests.commissioning import staff
from tests.ties import ties

YEAR, NEXT_YEAR = FinancialYear(2024), FinancialYear(2025)
JUNE = Month(date(2024, 6, 1))
APPROVED_ON, PAY_DAY, VIRED_ON = date(2024, 4, 15), date(2024, 6, 3), date(2024, 7, 15)
# The month's end, the next one's, and the year's.
THREE_DATES = (JUNE.last_day, date(2024, 7, 31), YEAR.last_day)
COLUMNS = {
    "day_heading": "Posting date",
    "amount_heading": "Amount",
    "supplier_heading": "Supplier",
    "reference_heading": "Reference",
    "description_heading": "Description",
    "day_format": "usual",
    "sign": "plus",
}


class Year:
    """The people of an office, and one fund in the year 2024/25, which is over."""

    def __init__(self, client):
        self.client = client
        self.officer, self.approver = a.an_officer(), a.an_approver()
        self.director = a.a_user(roles.APPROVER)
        self.director.groups.add(*a.a_user(roles.MANAGER).groups.all())
        self.finance, self.treasurer = a.a_finance_officer(), a.a_finance_officer()
        self.chief = a.a_chief_finance_officer()
        a.a_limit(10_000, role=roles.APPROVER, starts_on=date(2024, 4, 1))
        a.a_limit(200_000, role=roles.MANAGER, starts_on=date(2024, 4, 1))
        self.fund: Fund = a.a_fund("Safer Streets")
        self.grant, self.main = a.a_source("Home Office grant"), a.a_source("Police main grant")
        self.areas: list[Area] = [a.an_area(name) for name in ("Dudley", "Sandwell", "Walsall")]
        self.notice = a.a_decision(decided_on=APPROVED_ON)

    def as_(self, person: User):
        """The staff site, with this person signed in."""
        self.client.force_login(person)
        return self.client

    def ties(self, **how) -> list[str]:
        """Where any report, at any of the three dates, differs from the journal."""
        self.client.logout()
        return ties(*THREE_DATES, client=self.client, **how)

    # --- Budgets and awards -----------------------------------------------------------------------

    def open_budget(self, source, amount: str, year: FinancialYear = YEAR) -> Budget:
        """A budget, by the page where finance adds one."""
        told = {
            "fund": self.fund.pk,
            "source": source.pk,
            "starts_on": f"{year.first_day:%d/%m/%Y}",
            "ends_on": f"{year.last_day:%d/%m/%Y}",
            "source_status": "confirmed",
            "qualifier": "exact",
            "basis": "decided",
            "opening_amount": amount,
        }
        self.as_(self.finance).post(staff.list_of(Budget, "add"), told)
        return Budget.objects.get(source=source, starts_on=year.first_day)

    def draft_thirty(self, allocations: Sequence[Allocation]) -> list[Award]:
        """26 awards that are paid quarterly in advance, the last one large, and four that are not.

        No two instalments are of the same amount, so that each can be told in the ledger.
        """
        quarterly = {
            "payment_pattern": "quarterly",
            "payment_timing": "advance",
            "starts_on": YEAR.first_day,
            "ends_on": YEAR.last_day,
        }
        drafts = []
        for n in range(30):
            amount, schedule = 4_000 + 4 * n, quarterly
            if n == 25:
                amount = 20_000
            elif n > 25:
                amount, schedule = 3_000, {}
            drafts.append(
                a.a_draft(
                    amount,
                    allocations[n % len(allocations)],
                    by=self.officer,
                    recipient=self._recipient(n),
                    **schedule,
                )
            )
        for award in drafts:
            awards.recommend(award, by=self.officer)
        return drafts

    @staticmethod
    def _recipient(n: int) -> Organisation:
        """Known to the bank; six have names that the ledger spells otherwise."""
        name = f"The Harbour Project {'ABCDEF'[n] * 4}" if n < 6 else f"Recipient {n}"
        recipient = a.an_organisation(name)
        a.an_account(recipient)
        return recipient

    def approve_many(self, chosen: Sequence[Award], by: User):
        """Approve awards under one notice, as far as the pages let somebody; the last page."""
        many = staff.list_of(Award, "approve_many")
        told = {
            "decision": self.notice.pk,
            "effective_on": f"{APPROVED_ON:%d/%m/%Y}",
            "rows": ",".join(str(award.pk) for award in chosen),
            "asked": "yes",
        }
        page = self.as_(by).post(many, told)
        if page.context and "effect" in page.context:
            seen = page.context["effect"].fingerprint
            page = self.client.post(many, {**told, "confirmed": seen}, follow=True)
        return page

    # --- Ledger -----------------------------------------------------------------------------------

    def take_in_the_ledger(self, paid: Sequence[Payment]):
        """Take the extract of June in, by the pages of the reconciliation; the last page."""
        client = self.as_(self.treasurer)
        file = SimpleUploadedFile("june.csv", an_extract_of(paid))
        page = client.post(
            reverse("admin:reconciliation_import"), {"name": "Force ledger", "file": file}
        )
        page = client.post(
            reverse("admin:reconciliation_import_columns"),
            {**COLUMNS, "name": "Force ledger", "token": page.context["token"]},
            follow=True,
        )
        told = {"source": LedgerSource.objects.get().pk, "token": page.context["token"]}
        return client.post(reverse("admin:reconciliation_import_take_in"), told, follow=True)

    def reconcile(self, deed: str = "", **told):
        """The page of June, or the answer to a deed on it."""
        told["month"] = f"{JUNE.first_day:%Y-%m}"
        address = reverse(f"admin:reconciliation{deed and '_' + deed}")
        if deed and told.keys() != {"month"}:
            return self.client.post(address, told, follow=True)
        return self.client.get(address, told)

    def monitoring(self, day: date) -> dict[str, Decimal]:
        """The total of the budget monitoring page as at a day, as finance reads it."""
        page = self.as_(self.finance).get(reverse("admin:monitoring"), {"as_at": day.isoformat()})
        return {name: cell.shown for name, cell in page.context["report"].total.cells.items()}

    # --- Year end ---------------------------------------------------------------------------------

    def close(self, reason: str) -> ClosedYear:
        """Close the year from its checklist, as the chief finance officer."""
        address = reverse("admin:year_close", args=[YEAR.slug])
        seen = self.as_(self.chief).get(address).context["seen"]
        self.client.post(address, {"reason": reason, "seen": seen}, follow=True)
        return ClosedYear.objects.get(start_year=YEAR.start_year)


def an_extract_of(paid: Sequence[Payment]) -> bytes:
    """34 payments two days later, six of them misspelt, and six lines of no payment."""
    rows = []
    for payment in paid:
        day = payment.paid_on + timedelta(days=2)
        name = payment.commitment.award.recipient.name
        is_misspelt = name.startswith("The Harbour")
        name = name.replace("The Harbour Project", "Harbour Projekt").upper()
        rows.append((day.isoformat(), payment.amount, name if is_misspelt else f"{name} LTD"))
    rows += [(f"2024-06-{n + 10}", f"{30 + n}.{n}5", f"Stationery {n}") for n in range(6)]
    return a.an_extract(*rows)
