"""How other apps take part in the ledger, its pages and its proofs: see core/hooks.py.

Each is asked where its sentence says; receivers are registered in the `receivers` of each app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.hooks import Hook, ModelHook, SingleHook

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.admin import ListFilter
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from commissioning.admin.attention import WorkList
    from commissioning.admin.facts import Facts
    from commissioning.admin.money_forms import MoneyForm
    from commissioning.admin.verbs import Verb
    from commissioning.figures.incurred import Accrued
    from commissioning.figures.slices import Slice
    from commissioning.figures.under_way import UnderWay
    from commissioning.models import Award, HistoryEvent, Payment, User
    from commissioning.public.changes import Change
    from commissioning.public.filtering import WordIndex
    from commissioning.public.sections import Section
    from commissioning.resources.base import RecordResource

    Label = str
    Address = str
    Link = tuple[Label, Address]

# --- What happens, and what is proved -------------------------------------------------------------

before_release: Hook[Callable[[Payment, date, User], None]] = Hook(
    "Asked of every payment before it is released, with the day it is paid and who releases "
    "it: raises RuleBroken for one that may not go."
)
before_request_ends: Hook[Callable[..., None]] = Hook(
    "Called with a payment whose request is cancelled or refused, and `by` whom, in the same "
    "transaction, before the payment is locked."
)
award_dates_changed: Hook[Callable[[Award, User], None]] = Hook(
    "Called with an award whose dates were set or changed, and by whom, in the same transaction."
)
history_recorded: Hook[Callable[[Sequence[HistoryEvent]], None]] = Hook(
    "Called with events of history just recorded, in the same transaction."
)
led_to: ModelHook[Callable[[Any], Iterable[Model]]] = ModelHook(
    "Asked which records one of this model leads to besides its foreign keys, to find whose "
    "interest stands against it."
)
append_only_tables: Hook[Mapping[str, str]] = Hook(
    "Tables whose rows are never changed or removed, each with the sentence that says so; the "
    "database keeps to it by triggers."
)
kept_tables: Hook[Mapping[str, str]] = Hook(
    "Tables whose rows are numbered and never removed, each with the sentence that says so; the "
    "database keeps to it by triggers."
)
numbered_tables: Hook[Mapping[str, str]] = Hook(
    "Tables whose rows the register numbers, each with the name of the series, such as PB."
)
record_checks: Hook[Callable[[], Iterator[str]]] = Hook(
    "Asked by `check_records`: a sentence for every record that breaks a rule."
)
index_checks: Hook[Callable[[], Iterator[str]]] = Hook(
    "Asked by `check_records`: a sentence for all that is made from the records, can be rebuilt "
    "and is behind them."
)

# --- What is counted ------------------------------------------------------------------------------

accruals: Hook[Callable[[Slice], Iterable[Accrued]]] = Hook(
    "Asked for every accrual and prepayment of a slice as at its day. Without a receiver, only "
    "payments are incurred."
)
places_that_name: Hook[Callable[[Model], Iterable[str]]] = Hook(
    "Asked where the name of a record stays public once the record is withdrawn: a sentence for "
    "each place."
)

# --- Staff ----------------------------------------------------------------------------------------

staff_actions: ModelHook[Verb] = ModelHook(
    "Further staff actions on records of a model, after its own."
)
list_filters: ModelHook[type[ListFilter]] = ModelHook(
    "Further filters of the list of a model, after its own."
)
spreadsheets: ModelHook[type[RecordResource]] = ModelHook(
    "The spreadsheets that the list of a model offers, its own first."
)
work_under_way: Hook[UnderWay] = Hook(
    "Further kinds of record that somebody may have under way, listed before their account is "
    "switched off."
)
further_links: ModelHook[Callable[[HttpRequest, Any], list[Link]]] = ModelHook(
    "Asked for links on the page of a record of this model: (label, address) of what this person "
    "may open."
)
work_lists: Hook[WorkList] = Hook("Further lists of what waits, on the first page of staff.")
quick_links: Hook[tuple[str, Label, str]] = Hook(
    "Further links on the first page of staff: permission, label, and the name of the page."
)
position_links: Hook[Callable[[HttpRequest, MoneyForm], list[Link]]] = Hook(
    "Asked for links beside the budget position: (label, address) of what this person may open."
)
release_warnings: Hook[Callable[[Payment], Sequence[str]]] = Hook(
    "Asked for sentences that warn those about to release a payment."
)
request_end_facts: Hook[Callable[[Payment], Sequence[str]]] = Hook(
    "Asked for sentences on what else becomes of a request that is cancelled or refused."
)
release_facts: Hook[Callable[[Payment], Facts]] = Hook(
    "Asked for what those about to release a payment should read, as (label, words)."
)

# --- The public -----------------------------------------------------------------------------------

sections: ModelHook[Callable[[Any], Section | None]] = ModelHook(
    "Asked for a further section of the public page of a record of this model; None for no section."
)
changes: Hook[Callable[[int], Iterable[Change]]] = Hook(
    "Asked for the latest changes of what an app publishes, at most so many."
)
documents: Hook[Callable[[], dict[str, Address]]] = Hook(
    "Asked for the documents that have a page here: the address of each by its title."
)
open_data: ModelHook[Callable[[QuerySet], QuerySet]] = ModelHook(
    "Asked which records of a list can be given in the standard of open data that the list names."
)
word_index: SingleHook[WordIndex] = SingleHook(
    "Finds records by words, and puts the best match first. Without it, the lists that need it are "
    "not filtered by words."
)
