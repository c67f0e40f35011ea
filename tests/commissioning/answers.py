"""Answers to the form of any staff action: what its fields ask for, and what no field tells."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from commissioning import roles
from commissioning.actions import history, schedules
from commissioning.models import Area, DelegatedLimit, User, Weighting
from commissioning.money import PoundsField
from finance.actions import bank
from finance.models import BankAccount
from tests import builders as a
from tests.commissioning import staff

DAY = "2026-06-01"


def world() -> User:
    """Records on which every staff action of the site is possible, and somebody who may use all."""
    staff.a_world()
    boss = a.a_user(superuser=True)
    settled = a.an_award(1_000)
    a.a_payment(1_000, settled)
    starts_on = date(2080, 4, 1)
    for role in (roles.APPROVER, roles.MANAGER):
        a.a_limit(act=DelegatedLimit.Act.RELEASE, role=role, starts_on=starts_on)
    bank.look_at(BankAccount.objects.proposed().first(), by=boss)
    return boss


def actions() -> list[tuple]:
    """(model, name, whether no earlier one relies on just the same) of every staff action."""
    found, before = [], set()
    for modeladmin, verb in staff.verbs():
        same = (modeladmin.model, tuple(verb.relies_on))
        found.append((modeladmin.model._meta.label_lower, verb.name, same not in before))
        before.add(same)
    return found


def action(label: str, name: str) -> tuple:
    """(admin, staff action) of the name."""
    return next(
        (modeladmin, verb)
        for modeladmin, verb in staff.verbs()
        if (modeladmin.model._meta.label_lower, verb.name) == (label, name)
    )


def preview(client, modeladmin, verb) -> tuple:
    """(record, answers, page) of the first record whose confirm page says what would happen."""
    refused = []
    for row in modeladmin.get_queryset(None).order_by("pk"):
        if not verb.is_possible(row):
            continue
        told = answers(modeladmin, verb, row)
        page = staff.ask(client, row, verb.name, **told)
        if "effect" in (page.context or {}):
            return row, told, page
        refused.append(staff.problems(page) if "adminform" in page.context else "")
        refused += page.context["obstacles"]
    raise AssertionError(f"no {modeladmin.opts.model_name} to {verb.name}: {refused}")


def answers(modeladmin, verb, row) -> dict:
    """What a browser would send, with every field answered that has to be."""
    form = verb.form(None, rows=[row])
    told = {name: of_field(form, name, field) for name, field in form.fields.items()}
    told = {name: value for name, value in told.items() if value not in (None, "")}
    special = SPECIAL.get((modeladmin.opts.model_name, verb.name))
    return {**told, **(special(row) if special else {})}


def of_field(form, name: str, field: forms.Field):
    """What somebody who has to answer a field writes; None for nothing."""
    value = form.get_initial_for_field(field, name)
    if value not in (None, ""):
        return getattr(value, "pk", value)
    if not field.required:
        return None
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [field.queryset.first().pk]
    if isinstance(field, forms.ModelChoiceField):
        return field.queryset.first().pk
    if isinstance(field, forms.ChoiceField):
        return next(key for key, _ in field.choices if key)
    if isinstance(field, PoundsField):
        return "1"
    return DAY if isinstance(field, forms.DateField) else "So it was agreed."


def _later() -> str:
    return str(timezone.localdate() + timedelta(days=20))


def _like(row):
    """Another budget of the same source, or an allocation of one."""
    others = type(row).objects.exclude(pk=row.pk)
    if hasattr(row, "source_id"):
        return others.filter(source=row.source_id)
    return others.filter(budget__source=row.budget.source_id)


def _shares(budget) -> dict:
    weighting = Weighting.objects.published().filter(weights__isnull=False).first()
    areas = list(Area.objects.filter(weights__weighting=weighting)[:1])
    told = {"weighting": weighting.pk, "areas": [area.pk for area in areas], "amount": "1"}
    question = f"{weighting.pk}:1.00:{areas[0].pk}"
    return {**told, "worked_out": question, f"decided_{areas[0].pk}": "1"}


# (model, staff action): answers that the fields do not give away.
SPECIAL = {
    ("budget", "allocate"): lambda row: {
        f"area_{Area.objects.filter(kind=Area.Kind.LOCAL_AUTHORITY).first().pk}": "1"
    },
    ("budget", "vire"): lambda row: {"taker": _like(row).first().pk} if _like(row) else {},
    ("allocation", "vire"): lambda row: {"taker": _like(row).first().pk} if _like(row) else {},
    ("budget", "allocate-by-formula"): _shares,
    ("award", "propose-variation"): lambda row: (
        {f"line_{row.commitments.first().pk}": "1"} if row.commitments.exists() else {}
    ),
    ("award", "propose-extension"): lambda row: {"ends_on": "2028-03-31"},
    ("decisionnotice", "correct"): lambda row: {"instead": "As it was signed."},
    ("award", "write-schedule"): lambda row: {
        "due_on_1": DAY,
        "amount_1": str(schedules.to_plan(row)[0][1]),
        "milestone_1": "The doors open.",
    },
    ("delegatedlimit", "end"): lambda row: {"last_day": str(row.starts_on + timedelta(days=30))},
    ("budget", "margin"): lambda row: {"reason": "By decision 12."},
    ("problem", "answer"): lambda row: {"change_note": "The amount is put right."},
    ("condition", "more-time"): lambda row: {"due_on": "2035-03-31"},
    ("payment", "put-into-batch"): lambda row: {"pay_on": _later(), "batch": ""},
    ("payment", "release"): lambda row: {"paid_on": str(timezone.localdate())},
    ("paymentbatch", "reschedule"): lambda row: {"pay_on": _later()},
    ("paymentbatch", "add-due"): lambda row: {"due_by": _later()},
    ("monitoringreturn", "extend"): lambda row: {"extended_to": "2035-03-31"},
}


def state_of(row) -> dict:
    return history.state(row)
