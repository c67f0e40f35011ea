"""How to break each constraint of bank accounts and payment batches."""

from django.utils import timezone

from tests import builders as a
from tests.breaking.tools import anew, change, same_person

HOW = {
    "bank_account_is_confirmed_once_per_organisation": lambda: anew(a.an_account()),
    "bank_account_is_proposed_once_per_organisation": lambda: anew(a.a_proposed_account()),
    "bank_account_is_decided_by_someone_else": lambda: same_person(
        a.an_account(), "proposed_by", "decided_by"
    ),
    "bank_account_decided_says_who_and_when": lambda: change(a.an_account(), decided_by=None),
    "bank_account_decided_says_how_or_why": lambda: change(a.an_account(), reason=""),
    "bank_account_says_how_it_was_checked": lambda: change(a.an_account(), checked_how=""),
    "layout_is_the_usual_one_once": lambda: anew(a.a_layout(is_default=True), name="Another"),
    "layout_column_has_its_own_place": lambda: anew(a.a_layout().columns.first()),
    "payment_batch_is_released_by_someone_else": lambda: same_person(
        a.a_released_batch(), "drafted_by", "released_by"
    ),
    "payment_batch_released_says_who_when_and_what": lambda: change(
        a.a_released_batch(), sha256=""
    ),
    "payment_batch_has_no_file_before_its_release": lambda: change(a.a_batch(), sha256="0" * 64),
    "payment_stands_in_one_batch": lambda: anew(a.a_batch().lines.get()),
    "payment_taken_out_went_to_no_account": lambda: change(
        a.a_released_batch().lines.get(), left_at=timezone.now()
    ),
}
