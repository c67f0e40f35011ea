"""Bank accounts in the staff site: for finance's eyes, and their details for one look at a time."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from commissioning.admin.action_pages import sentences
from commissioning.admin.attention import WorkList
from commissioning.admin.base import StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, list_address, moment, person
from commissioning.admin.forms import StaffForm, VerbForm, prose
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.models import Payment
from finance import bank_details
from finance.actions import bank
from finance.models import BankAccount
from finance.models.bank import TELLS_NOTHING
from finance.rules import bank as rules

Status = BankAccount.Status
# Fields that a browser should not remember, and Django's error reports should not show.
SECRETS = ("account_name", "sort_code", "account_number")


def secret(label: str, **options) -> forms.CharField:
    """One line that the browser does not keep."""
    widget = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"})
    return forms.CharField(label=label, widget=widget, **options)


def digits(label: str, **options) -> forms.CharField:
    field = secret(label, **options)
    field.widget.attrs["inputmode"] = "numeric"
    return field


class BankAccountForm(StaffForm):
    """An account as it is proposed; its details stand in no column of the record."""

    account_name = secret("Name on the account", max_length=70, help_text="As the bank has it.")
    sort_code = digits("Sort code", max_length=12, help_text="Six digits, such as 12-34-56.")
    account_number = digits(
        "Account number",
        max_length=12,
        help_text="Eight digits. If the bank’s paper shows seven, write a 0 in front.",
    )

    READERS = {
        "account_name": bank_details.read_name,
        "sort_code": bank_details.read_sort_code,
        "account_number": bank_details.read_number,
    }

    def clean(self):
        cleaned = super().clean()
        for name in SECRETS:
            if name in cleaned:
                try:
                    cleaned[name] = self.READERS[name](cleaned[name])
                except ValidationError as refusal:
                    self.add_error(None, refusal)
        return cleaned

    @property
    def details(self) -> bank_details.BankDetails:
        return bank_details.BankDetails(*(self.cleaned_data[name] for name in SECRETS))


class ConfirmForm(VerbForm):
    reason = prose(
        "How you checked it yourself",
        max_length=1000,
        help_text=(
            "Call the organisation on a number that you knew before. Say whom you called and "
            f"when. {TELLS_NOTHING}"
        ),
    )


class RefuseForm(VerbForm):
    reason = prose("Why", max_length=1000, help_text=TELLS_NOTHING)


def is_proposed(account: BankAccount) -> bool:
    return account.status == Status.PROPOSED


def others_with(account: BankAccount) -> list[BankAccount]:
    """Accounts of other organisations that are this very one."""
    same = BankAccount.objects.filter(
        fingerprint=account.fingerprint, status__in=[Status.PROPOSED, Status.CONFIRMED]
    )
    return list(same.exclude(organisation=account.organisation_id).select_related("organisation"))


def belongs_to_others(account: BankAccount, given=None) -> list[str]:
    return [
        f"The same account is {other.get_status_display()} as that of {other.organisation}. Find "
        "out why before you confirm it."
        for other in others_with(account)
    ]


def what_changes(account: BankAccount, given) -> list[str]:
    before = BankAccount.objects.confirmed().filter(organisation=account.organisation_id).first()
    instead = f", and no longer into the account that ends in {before.ending}" if before else ""
    return [
        f"From now on {account.organisation} is paid into the account that ends in "
        f"{account.ending}{instead}."
    ]


BANK_VERBS = [
    Verb(
        name="confirm",
        label="Confirm",
        permissions=["confirm_bankaccount"],
        relies_on=["organisation__bank_accounts"],
        explains="Let money go to this account from now on.",
        form=ConfirmForm,
        is_possible=is_proposed,
        rules=[rules.decider_is_not_proposer, rules.details_were_looked_at],
        says=what_changes,
        warns=belongs_to_others,
        do=lambda account, given, by: bank.confirm(account, reason=given["reason"], by=by),
        done="Confirmed",
    ),
    Verb(
        name="refuse",
        label="Refuse",
        permissions=["confirm_bankaccount"],
        relies_on=["organisation__bank_accounts"],
        explains="Turn the proposal down. The account so far, if there is one, stays.",
        form=RefuseForm,
        is_possible=is_proposed,
        rules=[rules.decider_is_not_proposer],
        says=lambda account, given: [f"Nothing of {account} changes. The proposal ends."],
        do=lambda account, given, by: bank.refuse(account, reason=given["reason"], by=by),
        done="Refused",
    ),
]


@admin.register(BankAccount)
class BankAccountAdmin(StaffModelAdmin):
    verbs = BANK_VERBS
    form = BankAccountForm
    list_display = [
        "organisation",
        "ends_in",
        "status",
        person("proposed_by", "proposed by"),
        moment("proposed_at", "proposed at"),
        person("decided_by", "decided by"),
        moment("decided_at", "decided at"),
    ]
    list_filter = ["status"]
    list_select_related = ["organisation", "proposed_by", "decided_by"]
    search_fields = ["organisation__name", "organisation__code"]
    autocomplete_fields = ["organisation"]
    # For a record that stands.
    shown = [
        "organisation",
        "ends_in",
        "status",
        "same_account",
        "checked",
        person("proposed_by", "proposed by"),
        moment("proposed_at", "proposed at"),
        person("decided_by", "decided by"),
        moment("decided_at", "decided at"),
        "reason",
    ]

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.details_view)
        name = "finance_bankaccount_details"
        return [path("<int:pk>/details/", view, name=name), *super().get_urls()]

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            return [(None, {"fields": self.shown})]
        told = (
            "Nothing is paid to the organisation until a colleague has confirmed this. The details "
            "are kept sealed: no list, export or history shows them."
        )
        fields = ["organisation", *SECRETS, "checked_how"]
        return [(None, {"fields": fields, "description": told})]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.shown

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            # Fields of the form alone, which Django would look for in the record.
            kwargs["fields"] = ["organisation", "checked_how"]
        return super().get_form(request, obj, change, **kwargs)

    @method_decorator(sensitive_post_parameters(*SECRETS))
    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Propose a bank account"})

    def add(self, obj, form, by):
        bank.propose(obj, form.details, by=by)

    @admin.display(description="account", ordering="ending")
    def ends_in(self, account: BankAccount) -> str:
        return f"ends in {account.ending}"

    @admin.display(description="how it was checked")
    def checked(self, account: BankAccount) -> str:
        return account.checked_how

    @admin.display(description="also the account of")
    def same_account(self, account: BankAccount) -> str:
        return ", ".join(str(other.organisation) for other in others_with(account)) or UNKNOWN

    def additions(self, request, obj):
        return [
            {
                "label": "Show the details",
                "explains": "Name, sort code and number, once. The history says that you looked.",
                "address": reverse("admin:finance_bankaccount_details", args=[obj.pk]),
                "posts": True,
            }
        ]

    @method_decorator(never_cache)
    def details_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The details, shown once to whoever asks by POST."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        account = self.get_queryset(request).filter(pk=pk).select_related("organisation").first()
        if account is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(record_url(account))
        try:
            details = bank.look_at(account, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(sentences(refusal)))
            return HttpResponseRedirect(record_url(account))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": "Bank details",
            "subtitle": str(account),
            "opts": self.opts,
            "account": account,
            "details": details,
            "back_address": record_url(account),
            "warnings": belongs_to_others(account),
        }
        return TemplateResponse(request, "admin/finance/bank_details.html", context)

    def next_steps(self, request, obj):
        return [
            ("Organisation", record_url(obj.organisation)),
            ("Payments", list_address(Payment, q=obj.organisation.name)),
        ]


def to_confirm(user):
    return (
        BankAccount.objects.proposed()
        .exclude(proposed_by=user)
        .select_related("organisation", "proposed_by")
        .order_by("proposed_at", "pk")
    )


def held_up(account: BankAccount) -> str:
    return f"proposed by {account.proposed_by}; nothing is paid to it until then"


BANK_LISTS = [
    WorkList(
        "bank-accounts",
        "Bank accounts to confirm",
        "confirm_bankaccount",
        to_confirm,
        held_up,
        in_hand=True,
        app="finance",
    )
]
