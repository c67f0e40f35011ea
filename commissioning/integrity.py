"""Proof that the records agree with each other and with every rule, from the journal up.

The database refuses whatever breaks a rule; what is found here came in behind its back, by a
trigger dropped, a table edited by hand or a backup restored in part. Each rule is asked of whole
tables at once, so that a million entries take seconds.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from commissioning import hooks, integrity_history, triggers
from commissioning.figures.instalments import beyond_commitment
from commissioning.integrity_tools import name_of, named
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    ClosedYear,
    Commitment,
    Entry,
    JournalGuard,
    MarginAuthority,
    Payment,
    PipelineEntry,
    Variation,
)
from commissioning.models.margins import margin_in_force
from commissioning.money import NOTHING, MoneyField, format_pounds

Kind = Entry.Kind
Reason = Entry.Reason

# Running totals: how an entry reaches the record, and the kind of entry that each is the sum of.
TOTALS = [
    (Budget, "budget", {"amount": Kind.FUNDING, "allocated": Kind.ALLOCATION}),
    (
        Allocation,
        "allocation",
        {"amount": Kind.ALLOCATION, "committed": Kind.COMMITMENT, "paid": Kind.PAYMENT},
    ),
    (Commitment, "commitment", {"amount": Kind.COMMITMENT, "paid": Kind.PAYMENT}),
    (Award, "commitment__award", {"amount": Kind.COMMITMENT, "paid": Kind.PAYMENT}),
]


def rules() -> list[Callable[[], Iterator[str]]]:
    """Every rule over all records, those of other apps last."""
    return [*RULES, *hooks.record_checks]


def breaches() -> Iterator[str]:
    """A sentence for every record that breaks a rule; none when all is well."""
    for rule in rules():
        yield from rule()


def out_of_date() -> Iterator[str]:
    """A sentence for all that is made from the records, can be made anew, and is behind them."""
    for rule in hooks.index_checks:
        yield from rule()


def triggers_stand() -> Iterator[str]:
    """Every trigger that guards the money is in the database, and shut."""
    for name in sorted(triggers.missing(connection)):
        yield f"The database lacks the trigger {name}. “manage.py migrate” installs it anew."
    shut = JournalGuard.objects.filter(pk=1, is_open=False)
    if connection.vendor == "sqlite" and not shut.exists():
        yield "The guard of the totals is missing or open. “manage.py migrate” shuts it."


def constraints_stand() -> Iterator[str]:
    """Every constraint of the models is in the database."""
    if connection.vendor == "postgresql":
        query = "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes"
    else:
        query = "SELECT sql FROM sqlite_master WHERE type <> 'trigger' AND sql <> ''"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (said,) in cursor.fetchall() for name in re.findall(r"\w+", said)}
    for model in _models():
        for constraint in model._meta.constraints:
            if constraint.name not in present:
                yield f"The database lacks the rule {constraint.name}."


def constraints_hold() -> Iterator[str]:
    """Every row keeps every check of its model; a check that is neither true nor false is kept."""
    for model in _models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                kept = Coalesce(constraint.condition, True, output_field=BooleanField())
                yield from named(
                    model._base_manager.filter(~Q(kept)).order_by("pk"),
                    lambda row, rule=constraint: (
                        f"{name_of(row)} breaks the rule {rule.name}: "
                        f"{rule.violation_error_message}"
                    ),
                )


def nothing_is_there_twice() -> Iterator[str]:
    """No two rows have what only one may have."""
    for model in _models():
        for name, keys, condition in _unique(model):
            twice = (
                model._base_manager.filter(condition)
                .annotate(**keys)
                .filter(**{f"{key}__isnull": False for key in keys})
                .order_by()
                .values(*keys)
                .annotate(rows_alike=Count("pk"))
                .filter(rows_alike__gt=1)
            )
            plural = model._meta.verbose_name_plural
            yield from named(
                twice,
                lambda found, name=name, keys=keys, plural=plural: (
                    f"{found['rows_alike']} {plural} break the rule {name}: they have the same "
                    + ", ".join(f"{_said(keys[key])} ({found[key]})" for key in keys)
                    + "."
                ),
            )


def _said(key: Combinable) -> str:
    """The field, or the fields that an expression is of."""
    fields = [key] if isinstance(key, F) else key.flatten()
    return " and ".join(field.name for field in fields if isinstance(field, F))


def totals_add_up() -> Iterator[str]:
    """Every running total is the sum of its entries; an award's amount is empty without any."""
    for model, path, kinds in TOTALS:
        sums = {f"{total}_sum": Sum("amount", filter=Q(kind=kind)) for total, kind in kinds.items()}
        grouped = Entry.objects.order_by().values_list(path).annotate(**sums)
        proved = {
            key: {total: sum_ for total, sum_ in zip(kinds, found, strict=True) if sum_ is not None}
            for key, *found in grouped
        }
        for total in kinds:
            without = None if model._meta.get_field(total).null else NOTHING
            stated = model.objects.order_by("pk").values_list("pk", total)
            wrong = (
                (model.objects.get(pk=key), total, amount, proof)
                for key, amount in stated
                if amount != (proof := proved.get(key, {}).get(total, without))
            )
            yield from named(wrong, _wrong_total)


def _wrong_total(found: tuple) -> str:
    row, total, amount, proof = found
    states, proves = ("nothing" if a is None else format_pounds(a) for a in (amount, proof))
    return f"{name_of(row)} states {states} {total}, but its entries add up to {proves}."


def chains_agree() -> Iterator[str]:
    """An entry names records that belong together."""
    strays = Entry.objects.filter(
        Q(allocation__isnull=False) & ~Q(allocation__budget=F("budget"))
        | Q(commitment__isnull=False) & ~Q(commitment__allocation=F("allocation"))
        | Q(payment__isnull=False) & ~Q(payment__commitment=F("commitment"))
        | Q(variation__isnull=False) & ~Q(variation__award=F("commitment__award"))
    )
    yield from named(
        strays, lambda entry: f"{name_of(entry)} names records that do not belong together."
    )


def closed_years_stayed_closed() -> Iterator[str]:
    """Nothing was entered in a financial year while it was closed."""
    for year in ClosedYear.objects.order_by("pk"):
        late = Entry.objects.filter(
            effective_on__range=(year.first_day, year.last_day), recorded_at__gt=year.closed_at
        )
        if year.reopened_at:
            late = late.filter(recorded_at__lt=year.reopened_at)
        yield from named(
            late,
            lambda entry, year=year: f"{name_of(entry)} was entered in {year} while it was closed.",
        )


def payments_match_the_journal() -> Iterator[str]:
    """A payment is released if and only if an entry for its amount stands on its day."""
    release = Q(entries__reason__in=[Reason.PAYMENT, Reason.RECOVERY, Reason.RETURN])
    taken_back = Value(NOTHING, MoneyField()) - F("amount")
    rows = Payment.objects.annotate(
        entry=FilteredRelation("entries", condition=release),
        posted=F("entry__amount"),
        posted_on=F("entry__effective_on"),
        moved=Case(
            When(kind=Payment.Kind.PAYMENT, then=F("amount")),
            default=taken_back,
            output_field=MoneyField(),
        ),
    )
    released, posted = Q(status=Payment.Status.RELEASED), Q(posted__isnull=False)
    agrees = Q(posted=F("moved"), posted_on=F("paid_on"))
    wrong = rows.filter((released & ~(posted & agrees)) | (~released & posted))
    yield from named(
        wrong.select_related("commitment__award").order_by("pk"),
        lambda payment: (
            f"{name_of(payment)} is {payment.get_status_display()}, "
            + (
                "but no entry says that it moved."
                if payment.posted is None
                else f"but its entry moved {format_pounds(payment.posted)} on {payment.posted_on}."
            )
        ),
    )


def returns_are_of_whole_payments() -> Iterator[str]:
    """What the bank returned unpaid is the whole of a released payment, on its day or later."""
    back = Payment.objects.filter(kind=Payment.Kind.RETURN, status=Payment.Status.RELEASED)
    of_it = Q(
        returned_payment__kind=Payment.Kind.PAYMENT,
        returned_payment__status=Payment.Status.RELEASED,
        returned_payment__commitment=F("commitment"),
        returned_payment__amount=F("amount"),
        returned_payment__paid_on__lte=F("paid_on"),
    )
    yield from named(
        back.exclude(of_it).select_related("commitment__award").order_by("pk"),
        lambda row: f"{name_of(row)} does not return the whole of the payment that it names.",
    )


def promises_are_committed() -> Iterator[str]:
    """Every line of a promised award has been committed in the journal."""
    entries = Entry.objects.filter(commitment=OuterRef("pk"))
    lines = Commitment.objects.filter(~Exists(entries), award__status__in=Award.PROMISED)
    yield from named(
        lines.order_by("pk"),
        lambda line: f"{name_of(line)} is promised, but no entry commits it.",
    )


def pipeline_is_what_is_asked_for() -> Iterator[str]:
    """The pipeline of a recommended award is what it proposes; of any other, nothing."""
    entered = PipelineEntry.objects.filter(award=OuterRef("pk")).order_by().values("award")
    lines = Commitment.objects.filter(award=OuterRef("pk")).order_by().values("award")
    nothing = Value(NOTHING, MoneyField())
    in_pipeline = Subquery(entered.annotate(sum=Sum("amount")).values("sum"), MoneyField())
    proposed = Subquery(lines.annotate(sum=Sum("proposed")).values("sum"), MoneyField())
    asked = Case(
        When(status=Award.Status.RECOMMENDED, then=Coalesce(proposed, nothing)), default=nothing
    )
    wrong = Award.objects.annotate(entered=Coalesce(in_pipeline, nothing), asked=asked).exclude(
        entered=F("asked")
    )
    yield from named(
        wrong.order_by("pk"),
        lambda award: (
            f"{name_of(award)} asks for {format_pounds(award.asked)}, but its pipeline is "
            f"{format_pounds(award.entered)}."
        ),
    )


def margins_are_authorised() -> Iterator[str]:
    """A budget's margin is one that an authority gave, and not below the one in force."""
    given = MarginAuthority.objects.filter(budget=OuterRef("pk"), margin=OuterRef("margin"))
    wrong = Budget.objects.annotate(authorised=margin_in_force()).filter(
        Q(margin__gt=0) & ~Exists(given) | Q(margin__lt=F("authorised"))
    )
    yield from named(
        wrong.order_by("pk"),
        lambda budget: (
            f"{name_of(budget)} has a margin of {format_pounds(budget.margin)}, but "
            f"{format_pounds(budget.authorised)} is authorised."
        ),
    )


def two_people_varied() -> Iterator[str]:
    """Whoever recommended an award did not vary it. (Constraints hold the same of approving it,
    and of requesting and releasing a payment.)
    """
    own = Variation.objects.filter(approved_by=F("award__recommended_by"))
    yield from named(
        own.order_by("pk"), lambda row: f"{name_of(row)} was made by whoever recommended the award."
    )


def decisions_came_first() -> Iterator[str]:
    """No award, variation or commitment counts from before the decision that allowed it."""
    later = Q(decision__decided_on__gt=F("effective_on"))
    found = [
        Award.objects.filter(
            decision__decided_on__gt=F("awarded_on"), taken_on_from="", status__in=Award.PROMISED
        ),
        Variation.objects.filter(later),
        Entry.objects.filter(later, kind=Kind.COMMITMENT),
    ]
    for rows in found:
        yield from named(
            rows.select_related("decision").order_by("pk"),
            lambda row: (
                f"{name_of(row)} counts from before {row.decision.reference} was decided, on "
                f"{row.decision.decided_on}."
            ),
        )


def transfers_balance() -> Iterator[str]:
    """A virement or carry-forward takes from one side what it gives to the other."""
    uneven = (
        Entry.objects.filter(transfer__isnull=False)
        .order_by()
        .values("transfer", "kind")
        .annotate(total=Sum("amount"))
        .exclude(total=NOTHING)
    )
    yield from named(
        uneven,
        lambda found: (
            f"The two sides of transfer {found['transfer']} differ by "
            f"{format_pounds(abs(found['total']))}."
        ),
    )
    lone = Entry.objects.filter(
        transfer__isnull=True, reason__in=[Reason.VIREMENT, Reason.CARRY_FORWARD]
    )
    yield from named(
        lone, lambda entry: f"{name_of(entry)} is one side of a transfer without the other."
    )


def schedules_fit() -> Iterator[str]:
    """The instalments that stand on a commitment plan no more than it, and what came back of it."""
    yield from named(
        beyond_commitment(Commitment.objects.order_by("pk")),
        lambda line: (
            f"{name_of(line)} is of {format_pounds(line.amount)}, but instalments of "
            f"{format_pounds(line.planned)} stand on it."
        ),
    )


RULES: list[Callable[[], Iterator[str]]] = [
    triggers_stand,
    constraints_stand,
    constraints_hold,
    nothing_is_there_twice,
    totals_add_up,
    chains_agree,
    closed_years_stayed_closed,
    payments_match_the_journal,
    promises_are_committed,
    pipeline_is_what_is_asked_for,
    margins_are_authorised,
    two_people_varied,
    decisions_came_first,
    transfers_balance,
    schedules_fit,
    *integrity_history.RULES,
]


def _models() -> Iterator[type[models.Model]]:
    for app in settings.OUR_APPS:
        yield from apps.get_app_config(app).get_models()


def _unique(model: type[models.Model]) -> Iterator[tuple[str, dict[str, Combinable], Q]]:
    """(rule, what must differ by name, condition) of everything that only one row may have."""
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield f"{model._meta.model_name}_has_its_own_{field.name}", _keys([F(field.name)]), Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            expressions = constraint.expressions or map(F, constraint.fields)
            yield constraint.name, _keys(expressions), constraint.condition or Q()


def _keys(expressions: Iterable[Combinable]) -> dict[str, Combinable]:
    return {f"key_{number}": expression for number, expression in enumerate(expressions)}
