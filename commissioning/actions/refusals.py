"""What the database refuses, told with every figure."""

import re
from collections.abc import Sequence
from decimal import Decimal

import structlog
from django.apps import apps
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from commissioning.actions.moves import Move
from commissioning.models import Allocation, Award, Budget, Commitment, Entry, Payment
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken

log = structlog.get_logger(__name__)

# What databases say when somebody else was at the same record: SQLite in words, PostgreSQL by code
# (serialisation failure, deadlock, lock not available).
BUSY = "database is locked"
BUSY_STATES = {"40001", "40P01", "55P03"}
SAME_MOMENT = "Somebody else saved something at the same moment. Look at the record and try again."

# What SQLite says of a rule over expressions, which it holds as an index.
UNIQUE_INDEX = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
UNIQUE_COLUMNS = re.compile(r"(?:UNIQUE|NOT NULL) constraint failed: (?!index )(.+)")


def broken_constraint(error: IntegrityError) -> tuple[str, str]:
    """(name of the rule, sentence if the database gave one) of a refusal by the database."""
    diagnosis = getattr(error.__cause__, "diag", None)
    text = diagnosis.message_primary if diagnosis else str(error)
    name, _, sentence = text.partition(": ")
    if name == "CHECK constraint failed":
        return sentence, ""
    if index := UNIQUE_INDEX.match(text):
        return index[1], ""
    if diagnosis and diagnosis.constraint_name and " " in name:
        return diagnosis.constraint_name, ""
    return name, sentence


def clashing_columns(error: IntegrityError) -> set[str]:
    """The columns whose values another row already has; empty for any other refusal."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis:
        detail = diagnosis.message_detail if diagnosis.sqlstate == "23505" else None
        said = re.match(r"Key \((.+?)\)=", detail or "")
    else:
        said = re.match(r"UNIQUE constraint failed: (?!index )(.+)", str(error))
    return {name.rpartition(".")[2].strip(' "') for name in said[1].split(",")} if said else set()


def refusal(error: IntegrityError, moves: Sequence[Move]) -> RuleBroken:
    """What the database refused, with every figure; an error that is no rule is raised as it is."""
    name, sentence = broken_constraint(error)
    if name in _ABOUT_TOTALS:
        # Databases differ in which of several broken rules they name first; the figures do not.
        for rule, explain in _EXPLANATIONS.items():
            explained = explain(moves)
            if explained:
                return RuleBroken(explained, rule)
    for model in (Budget, Allocation, Commitment, Award, Payment, Entry):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return RuleBroken(str(constraint.violation_error_message), name)
    if sentence:
        return RuleBroken(sentence, name)
    raise error


def explained(error: DatabaseError) -> str:
    """A sentence for staff about what the database refused and no action foresaw; logged.

    “Somebody else” is said only of what somebody else can have caused. What a database says in its
    own words is for nobody: it may quote a record.
    """
    name, sentence = broken_constraint(error)
    rule = _sentence_of(name) or (sentence if " " in sentence else "")
    same_moment = bool(clashing_columns(error)) or _is_busy(error)
    line = log.info if same_moment else log.warning if rule else log.error
    line("database_refused", **_diagnosis(error, name), is_rule=bool(rule), exc_info=error)
    if rule:
        return rule
    if same_moment:
        return SAME_MOMENT
    known = structlog.contextvars.get_contextvars().get("request_id")
    quoting = f", quoting {known}" if known else ""
    return (
        "The database refused this for a reason that this page does not know. Nothing was changed. "
        f"Do not try again: tell the people who run this system{quoting}."
    )


def _sentence_of(name: str) -> str:
    """What the constraint of this name says to staff; "" if no model has it."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    return ""


def _is_busy(error: DatabaseError) -> bool:
    return BUSY in str(error) or getattr(error.__cause__, "sqlstate", None) in BUSY_STATES


def _diagnosis(error: DatabaseError, name: str) -> dict[str, str]:
    """What the log says of a refusal: names of the schema, never a value."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis:
        return {
            "constraint": diagnosis.constraint_name or "",
            "table": diagnosis.table_name or "",
            "sqlstate": diagnosis.sqlstate or "",
        }
    columns = UNIQUE_COLUMNS.match(str(error))
    is_name = re.fullmatch(r"\w+", name)
    return {"constraint": columns[1] if columns else name if is_name else str(error).split(":")[0]}


def _net(moves: Sequence[Move], model: type, parent) -> dict:
    """Pounds asked for of each parent record by moves on `model`."""
    asked: dict = {}
    for move in moves:
        if isinstance(move.on, model):
            key = parent(move.on)
            asked[key] = asked.get(key, Decimal(0)) + move.amount
    return asked


def _over_budget(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Allocation, lambda allocation: allocation.budget_id)
    given = _net(moves, Budget, lambda budget: budget.pk)
    for budget in Budget.objects.filter(pk__in={*taken, *given}).select_related("fund", "source"):
        asked, change = taken.get(budget.pk, Decimal(0)), given.get(budget.pk, Decimal(0))
        amount = budget.amount + change
        if amount < 0 or budget.allocated + asked > amount + budget.margin:
            margin = budget.margin_on(timezone.localdate())
            return (
                f"{_asked(asked, 'allocated from', change)} {budget}: "
                f"budget {format_pounds(budget.amount)}, margin {format_pounds(margin)}, "
                f"allocated {format_pounds(budget.allocated)}, "
                f"available {format_pounds(budget.unallocated)}, "
                f"asked {format_pounds(asked or change)}."
            )
    return None


def _over_allocation(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Commitment, lambda commitment: commitment.allocation_id)
    given = _net(moves, Allocation, lambda allocation: allocation.pk)
    rows = Allocation.objects.filter(pk__in={*taken, *given}).select_related(
        "area", "budget__fund", "budget__source"
    )
    for allocation in rows:
        asked = taken.get(allocation.pk, Decimal(0))
        change = given.get(allocation.pk, Decimal(0))
        if allocation.committed + asked > allocation.amount + change:
            return (
                f"{_asked(asked, 'committed from', change)} {allocation}: "
                f"allocation {format_pounds(allocation.amount)}, "
                f"committed {format_pounds(allocation.committed)}, "
                f"available {format_pounds(allocation.uncommitted)}, "
                f"asked {format_pounds(asked or change)}."
            )
    return None


def _over_commitment(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Payment, lambda payment: payment.commitment_id)
    given = _net(moves, Commitment, lambda commitment: commitment.pk)
    rows = Commitment.objects.filter(pk__in={*taken, *given}).select_related(
        "award", "allocation__area", "allocation__budget__fund"
    )
    for commitment in rows:
        asked = taken.get(commitment.pk, Decimal(0))
        change = given.get(commitment.pk, Decimal(0))
        if commitment.paid + asked > commitment.amount + change:
            if asked > 0:
                return not_payable(commitment, asked)
            return (
                f"{format_pounds(-change)} cannot be taken from award {commitment}: "
                f"committed {format_pounds(commitment.amount)}, "
                f"paid {format_pounds(commitment.paid)}, "
                f"left to pay {format_pounds(commitment.unpaid)}, asked {format_pounds(change)}."
            )
    return None


def _over_recovered(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Payment, lambda payment: payment.commitment_id)
    rows = Commitment.objects.filter(pk__in=taken).select_related(
        "award", "allocation__area", "allocation__budget__fund"
    )
    for commitment in rows:
        asked = -taken[commitment.pk]
        if asked > commitment.paid:
            is_return = any(move.reason == Entry.Reason.RETURN for move in moves)
            return (not_returnable if is_return else not_recoverable)(commitment, asked)
    return None


def not_payable(commitment: Commitment, asked: Decimal) -> str:
    """The sentence for a payment of more pounds than are left under a commitment."""
    return (
        f"{format_pounds(asked)} cannot be paid under award {commitment}: "
        f"committed {format_pounds(commitment.amount)}, paid {format_pounds(commitment.paid)}, "
        f"left to pay {format_pounds(commitment.unpaid)}, asked {format_pounds(asked)}."
    )


def not_recoverable(commitment: Commitment, asked: Decimal) -> str:
    """The sentence for a recovery of more pounds than were paid under a commitment."""
    return _not_back("recovered", commitment, asked)


def not_returnable(commitment: Commitment, asked: Decimal) -> str:
    """The sentence for a returned payment of which less is still paid under its commitment."""
    return _not_back("returned unpaid", commitment, asked)


def _not_back(how: str, commitment: Commitment, asked: Decimal) -> str:
    return (
        f"{format_pounds(asked)} cannot be {how} under award {commitment}: "
        f"committed {format_pounds(commitment.amount)}, paid {format_pounds(commitment.paid)}, "
        f"asked {format_pounds(asked)}."
    )


def _asked(asked: Decimal, verb: str, change: Decimal) -> str:
    if asked > 0:
        return f"{format_pounds(asked)} cannot be {verb}"
    return f"{format_pounds(abs(change))} cannot be taken from"


_EXPLANATIONS = {
    "budget_allocates_no_more_than_it_holds": _over_budget,
    "allocation_commits_no_more_than_it_holds": _over_allocation,
    "commitment_pays_no_more_than_it_holds": _over_commitment,
    "commitment_is_not_below_nothing": _over_recovered,
}
_ABOUT_TOTALS = {
    *_EXPLANATIONS,
    "budget_is_not_below_nothing",
    "allocation_is_not_below_nothing",
    "award_pays_no_more_than_it_is_worth",
}
