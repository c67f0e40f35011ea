"""Forms of the pages that belong to no model, or that only one model has."""

from datetime import date
from itertools import chain

from django.test import Client
from django.urls import reverse

from commissioning.models import User
from finance.models import BankAccount, LedgerLine, PaymentBatch
from finance.months import Month
from tests import builders as a
from tests.commissioning import sending, staff
from tests.every_post.nouns import forms_on
from tests.every_post.sent import File, Form
from tests.victims.forms import a_filled_form, as_bytes
from victims.resources import sheets

PASSWORD = "correct horse battery"
NEW_PASSWORD = "another horse battery"
JUNE = Month(date(2026, 6, 1))
# A month in which no other record of the tests is.
QUIET = Month(date(1980, 6, 1))


def signed_in(client: Client) -> User:
    """Who sends the forms; their password is known."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    return user


def to(name: str, forms: list[Form]) -> list[Form]:
    """Of the forms of a page, those that one URL pattern takes."""
    return [form for form in forms if form.name == f"admin:{name}"]


# --- Signing in and out ---------------------------------------------------------------------------


def sign_in(client: Client) -> list[Form]:
    user = signed_in(client)
    client.logout()
    ((address, sent),) = sending.forms(client.get(reverse("admin:login")), fill=False)
    return [Form(address, {**sent, "username": user.username, "password": PASSWORD})]


def sign_out(client: Client) -> list[Form]:
    """The button stands on every page of staff."""
    page = client.get(reverse("admin:index"))
    (sent,) = [sent for _, sent in sending.forms(page, fill=False, all_of_them=True)][:1]
    return [Form(reverse("admin:logout"), sent)]


def own_password(client: Client) -> list[Form]:
    signed_in(client)
    posted = {"old_password": PASSWORD, **passwords("new_password")}
    return [
        Form(form.address, {**form.sent, **posted})
        for form in forms_on(client, reverse("admin:password_change"))
    ]


def password_of_another(client: Client) -> list[Form]:
    address = reverse("admin:auth_user_password_change", args=[a.an_officer().pk])
    posted = {**passwords("password"), "usable_password": "true", "set-password": "yes"}
    return [
        Form(form.address, {**form.sent, **posted})
        for form in forms_on(client, address, fill=False)
    ]


def passwords(name: str) -> dict:
    return {f"{name}1": NEW_PASSWORD, f"{name}2": NEW_PASSWORD}


# --- The ledger -----------------------------------------------------------------------------------


def a_month() -> None:
    """A line that one payment fits, one that it may fit, and one that nothing fits."""
    exact = a.an_award(1_000, recipient=a.an_organisation("Exact Match"))
    a.a_payment(611, exact, paid_on=JUNE.first_day, reference="INV-611")
    a.a_ledger_line(611, "Exact Match", "INV-611")
    like = a.an_award(1_000, recipient=a.an_organisation("The Harbour Project Abcd"))
    a.a_payment(622, like, paid_on=JUNE.first_day)
    a.a_ledger_line(622, "Harbour Projekt Abcd", day=date(2026, 6, 4))


def month_page(shown: str = "", month: Month = JUNE) -> str:
    return f"{reverse('admin:reconciliation')}?month={month.slug}&list={shown}"


def match_exact(client: Client) -> list[Form]:
    a_month()
    return to("reconciliation_exact", forms_on(client, month_page()))[:1]


def accept(client: Client) -> list[Form]:
    a_month()
    return to("reconciliation_accept", forms_on(client, month_page()))[:2]


def explain(client: Client) -> list[Form]:
    shown = chain(*(forms_on(client, month_page(of)) for of in ("lines", "payments")))
    return [
        Form(form.address, {**form.sent, "cause": "not_ours"})
        for form in to("reconciliation_explain", list(shown))
    ]


def match_a_line(client: Client) -> list[Form]:
    a_month()
    line = LedgerLine.objects.filter(supplier="Exact Match").last()
    return of_one(client, reverse("admin:reconciliation_line", args=[line.pk]))


def match_a_payment(client: Client) -> list[Form]:
    payment = a.a_payment(633, paid_on=JUNE.first_day)
    a.a_ledger_line(633)
    return of_one(client, reverse("admin:reconciliation_payment", args=[payment.pk]))


def of_one(client: Client, address: str) -> list[Form]:
    return [
        Form(form.address, {**form.sent, "cause": "not_ours"}) for form in forms_on(client, address)
    ]


def sign_off(client: Client) -> list[Form]:
    a.an_explanation(a.a_ledger_line(3, day=QUIET.first_day))
    return forms_on(client, f"{reverse('admin:reconciliation_sign_off')}?month={QUIET.slug}")


def ledger_file(client: Client) -> list[Form]:
    (form,) = forms_on(client, reverse("admin:reconciliation_import"), fill=False)
    rows = [("2026-06-09", "71.50", "Somebody new", "X1"), ("2026-06-10", "72.50", "Another", "X2")]
    posted = {"name": "A new ledger", "file": File("june.csv", a.an_extract(*rows))}
    return [Form(form.address, {**form.sent, **posted})]


def ledger_columns(client: Client) -> list[Form]:
    (form,) = ledger_file(client)
    return [Form(*each) for each in sending.forms(form.send(client), fill=False)]


def ledger_lines(client: Client) -> list[Form]:
    (form,) = ledger_columns(client)
    return forms_on(client, form.send(client)["Location"], fill=False)


# --- The year end ---------------------------------------------------------------------------------


def accruals_page() -> str:
    return f"{reverse('admin:accruals')}?as_at={a.YEAR_END}"


def accept_accruals(client: Client) -> list[Form]:
    a.an_accrued_award()
    return to("accruals_accept", forms_on(client, accruals_page()))


def one_accrual(client: Client) -> list[Form]:
    line = a.an_accrued_award().commitments.get()
    address = reverse("admin:accruals_line", args=[line.pk])
    return [
        Form(form.address, {**form.sent, "choice": "left_out", "amount": ""})
        for form in forms_on(client, f"{address}?as_at={a.YEAR_END}")
    ]


def close_a_year(client: Client) -> list[Form]:
    return forms_on(client, reverse("admin:year_close", args=["2012-13"]))


# --- Returns of providers, what the law asks for, what the public says ----------------------------


def take_in(client: Client) -> list[Form]:
    """A filled form, and one whose text somebody must have looked at."""
    made = a.a_return()
    address = staff.address(made, "take_in")
    (form,) = forms_on(client, address, fill=False)
    plain = File("filled.xlsx", as_bytes(a_filled_form(made)))
    book = a_filled_form(made)
    book[sheets.COMMENTS]["A3"] = "Jane Robinson left the refuge."
    asked = Form(address, {**form.sent, "filled": File("filled.xlsx", as_bytes(book))})
    confirmed = [Form(*each) for each in sending.forms(asked.send(client), fill=False)]
    return [Form(address, {**form.sent, "filled": plain}), asked, *confirmed]


def publish_a_run(client: Client) -> list[Form]:
    a.an_award(1_000, effective_on=date(2026, 4, 1), published=True)
    return forms_on(client, reverse("admin:transparency_publish", args=["grants", "2026-04"]))


def report_a_problem(client: Client) -> list[Form]:
    client.logout()
    posted = {"about": "/", "text": "The amount is wrong.", "website": "", "reach": ""}
    return [
        Form(form.address, {**form.sent, **posted})
        for form in forms_on(client, reverse("transparency:problem"))
    ]


# --- Secrets that go out --------------------------------------------------------------------------


def bank_details(client: Client) -> list[Form]:
    account = BankAccount.objects.confirmed().first()
    return to("finance_bankaccount_details", forms_on(client, staff.address(account)))


def payment_file(client: Client) -> list[Form]:
    batch = PaymentBatch.objects.filter(status=PaymentBatch.Status.RELEASED).first()
    return to("finance_paymentbatch_file", forms_on(client, staff.address(batch)))


OWN = {
    "admin:finance_bankaccount_details": bank_details,
    "admin:finance_paymentbatch_file": payment_file,
    "admin:login": sign_in,
    "admin:logout": sign_out,
    "admin:password_change": own_password,
    "admin:auth_user_password_change": password_of_another,
    "admin:reconciliation_exact": match_exact,
    "admin:reconciliation_accept": accept,
    "admin:reconciliation_explain": explain,
    "admin:reconciliation_line": match_a_line,
    "admin:reconciliation_payment": match_a_payment,
    "admin:reconciliation_sign_off": sign_off,
    "admin:reconciliation_import": ledger_file,
    "admin:reconciliation_import_columns": ledger_columns,
    "admin:reconciliation_import_take_in": ledger_lines,
    "admin:accruals_accept": accept_accruals,
    "admin:accruals_line": one_accrual,
    "admin:year_close": close_a_year,
    "admin:victims_monitoringreturn_take_in": take_in,
    "admin:transparency_publish": publish_a_run,
    "transparency:problem": report_a_problem,
}
