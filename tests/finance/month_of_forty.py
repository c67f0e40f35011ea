"""A month of forty ledger lines: 28 exact, 6 to suggest, 6 that belong to nothing."""

from dataclasses import dataclass
from datetime import date, timedelta

from commissioning.models import Payment
from finance import integrity
from finance.models import LedgerFile, LedgerSource
from finance.months import Month
from tests import builders as a

JUNE = Month(date(2026, 6, 1))


@dataclass
class Scene:
    """34 payments of June and the extract of the ledger with them, taken in."""

    source: LedgerSource
    file: LedgerFile
    exact: list[Payment]
    suggested: list[Payment]


def a_month_of_forty() -> Scene:
    allocation = a.an_allocation(90_000)
    rows, exact, suggested = [], [], []
    for n in range(28):
        day = JUNE.first_day + timedelta(n % 20)
        name, reference = f"Recipient {n}", f"INV-{n:03}" if n % 2 else ""
        payment = paid(1_000 + n, name, allocation, day, reference)
        exact.append(payment)
        # Half of them by reference under another name, half by name two days later.
        told = ("BACS", f"inv {n:03}") if n % 2 else (f"RECIPIENT {n} LTD", "")
        rows.append(((day + timedelta(2)).isoformat(), payment.amount, *told))
    for n in range(6):
        day = JUNE.first_day + timedelta(n)
        payment = paid(2_000 + n, f"The Harbour Project {'ABCDEF'[n] * 4}", allocation, day)
        suggested.append(payment)
        late = (day + timedelta(3)).isoformat()
        rows.append((late, payment.amount, f"Harbour Projekt {'ABCDEF'[n] * 4}"))
    rows += [(f"2026-06-{n + 1:02}", f"{30 + n}.{n}5", f"Stationery {n}") for n in range(6)]
    source = a.a_ledger_source()
    file = a.a_ledger_file(a.an_extract(*rows), source)
    return Scene(source, file, exact, suggested)


def paid(amount, name, allocation, day, reference="", **fields) -> Payment:
    award = a.an_award(amount, allocation, recipient=a.an_organisation(name))
    return a.a_payment(amount, award, paid_on=day, reference=reference, **fields)


def breaches() -> list[str]:
    """What check_records finds wrong with the ledger and its matches."""
    return [sentence for rule in integrity.RULES for sentence in rule()]
