"""A page of no one record that is older than what it shows changes nothing, and says why."""

import re
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.urls import reverse

from commissioning import roles
from commissioning.actions import history
from commissioning.models import Commitment, User
from finance.actions import accruals
from finance.figures.reconciliation import released_payments
from finance.models import LedgerLine, LedgerSource
from tests import builders as a
from tests.commissioning import answers
from tests.every_post import pages, sent
from tests.standing import for_the_module
from victims.models import MonitoringReturn

pytestmark = pytest.mark.django_db

world = for_the_module(answers.world)


@pytest.fixture(autouse=True)
def boss(client, world):
    cache.clear()
    client.force_login(world)
    return world


def a_part_is_matched(forms) -> None:
    """Of every line of June that is open, and of every payment, less is left than was shown."""
    june = pages.JUNE.days
    for line in LedgerLine.objects.filter(matches=None, explanations=None, day__range=june):
        if line.amount > 1:
            a.a_match(line, a.a_payment(1, paid_on=line.day))
    for payment in released_payments().filter(left__gt=1, paid_on__range=june):
        a.a_match(a.a_ledger_line(1, day=payment.paid_on), payment)


def more_is_alike(forms) -> None:
    other = a.an_award(1_000, recipient=a.an_organisation("The Sailing Project Wxyz"))
    a.a_payment(644, other, paid_on=pages.JUNE.first_day)
    a.a_ledger_line(644, "Sailing Projekt Wxyz", day=date(2026, 6, 4))


def the_ticked_line_is_decided(forms) -> None:
    decided(forms[0].sent["rows"][0].split(":")[0])


def the_line_is_decided(forms) -> None:
    decided(re.search(r"/(\d+)/", forms[0].address)[1])


def decided(key: str) -> None:
    line = Commitment.objects.get(pk=key)
    accruals.leave_out(line, a.YEAR_END, reason="Not yet.", by=a.a_finance_officer())


def something_of_the_year_changes(forms) -> None:
    a.a_budget(7, starts_on=date(2012, 4, 1), ends_on=date(2013, 3, 31))


def another_line_of_the_month(forms) -> None:
    a.an_explanation(a.a_ledger_line(4, day=pages.QUIET.first_day))


def another_award_is_published(forms) -> None:
    a.an_award(1_000, effective_on=date(2026, 4, 2), published=True)


def the_same_lines_come_from_elsewhere(forms) -> None:
    source = LedgerSource.objects.order_by("-pk").first()
    a.a_ledger_file(a.an_extract(("2026-06-09", "71.50", "Somebody new", "X1")), source)


def the_return_is_extended(forms) -> None:
    key = re.search(r"/(\d+)/", forms[0].address)[1]
    row = MonitoringReturn.objects.get(pk=key)
    history.record("extended", row, a.an_officer())


def somebody_changed_the_account(forms) -> None:
    row = User.objects.get(username="colleague")
    history.record("changed", row, a.an_officer(), after={"groups": ["Finance officer"]})


def an_account(client) -> list[sent.Form]:
    row = a.a_user(roles.OFFICER, username="colleague")
    address = reverse("admin:commissioning_user_change", args=[row.pk])
    (form,) = [
        form for form in pages.forms_on(client, address, fill=False) if form.address == address
    ]
    return [sent.Form(address, {**form.sent, "first_name": "Jo"})]


def accept_all(client) -> list[sent.Form]:
    """All suggestions from the lowest score on; one alone is looked for again under the lock."""
    (form, *_) = [form for form in pages.accept(client) if "least" in form.sent]
    score, _, shown = client.get(pages.month_page()).context["scores"][-1]
    return [sent.Form(form.address, {**form.sent, "least": f"{score}:{shown}"})]


def a_return(client) -> list[sent.Form]:
    """Without the form whose text is asked about first: that asks, and takes nothing in."""
    plain, _, confirmed = pages.take_in(client)
    return [plain, confirmed]


# What changes while the page is open: of every page that does not ask for one record only.
OLDER = {
    "explain": (pages.explain, a_part_is_matched),
    "match a line": (pages.match_a_line, a_part_is_matched),
    "match a payment": (pages.match_a_payment, a_part_is_matched),
    "accept all suggestions": (accept_all, more_is_alike),
    "sign a month off": (pages.sign_off, another_line_of_the_month),
    "accept accruals": (pages.accept_accruals, the_ticked_line_is_decided),
    "decide on an accrual": (pages.one_accrual, the_line_is_decided),
    "close a year": (pages.close_a_year, something_of_the_year_changes),
    "publish a run": (pages.publish_a_run, another_award_is_published),
    "take in an extract": (pages.ledger_lines, the_same_lines_come_from_elsewhere),
    "take in a return": (a_return, the_return_is_extended),
    "change an account": (an_account, somebody_changed_the_account),
}


@pytest.mark.parametrize("name", OLDER)
def test_a_page_older_than_what_it_shows_changes_nothing(client, name):
    make, change = OLDER[name]
    forms = make(client)
    change(forms)
    before = sent.left()

    for form in forms:
        answer = form.send(client)

        said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
        said += answer.content.decode() if answer.status_code == 200 else ""
        assert sent.left() == before, f"{name}: {said}"
        assert any(words in said for words in SAYS), said
    assert forms


SAYS = ("while you", "has changed", "have changed", "Read it again")
