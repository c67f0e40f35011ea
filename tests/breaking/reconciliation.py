"""How to break each constraint of the ledger, its matches and its sign-offs."""

from django.utils import timezone

from tests import builders as a
from tests.breaking.tools import anew, change


def undone() -> dict:
    return {"undone_at": timezone.now()}


HOW = {
    "ledger_source_has_amounts": lambda: change(a.a_ledger_source(), debit_heading="Debit"),
    "ledger_source_can_tell_who_was_paid": lambda: change(
        a.a_ledger_source(), supplier_heading="", reference_heading="", description_heading=""
    ),
    "ledger_file_is_taken_in_once": lambda: anew(a.a_ledger_line().file),
    "ledger_file_accounts_for_its_rows": lambda: anew(a.a_ledger_line().file, sha256="0", rows=2),
    "ledger_line_is_known_once": lambda: anew(a.a_ledger_line()),
    "ledger_line_moves_money": lambda: anew(a.a_ledger_line(), key="other", amount=a.pounds(0)),
    "match_is_one_per_line_and_payment": lambda: anew(a.a_match()),
    "match_is_of_some_pounds": lambda: change(a.a_match(), amount=a.pounds(0)),
    "match_way_is_known": lambda: change(a.a_match(), how="guessed"),
    "match_score_is_of_a_hundred": lambda: change(a.a_match(), score=101),
    "match_undone_says_who_and_why": lambda: change(a.a_match(), **undone()),
    "explanation_is_of_a_line_or_a_payment": lambda: change(
        a.an_explanation(), payment=a.a_payment()
    ),
    "line_is_explained_once": lambda: anew(a.an_explanation()),
    "payment_is_explained_once": lambda: anew(a.an_explanation(payment=a.a_payment())),
    "explanation_has_a_reason": lambda: change(a.an_explanation(), reason=""),
    "explanation_taken_back_says_who": lambda: change(a.an_explanation(), **undone()),
    "month_is_signed_step_by_step": lambda: anew(a_signed_month()),
    "sign_off_withdrawn_says_why": lambda: anew(a_signed_month(), number=2, is_withdrawal=True),
    "sign_off_leaves_nothing_unexplained": lambda: anew(
        a_signed_month(), number=2, ledger_explained=a.pounds(1)
    ),
    "sign_off_difference_is_ledger_less_payments": lambda: anew(
        a_signed_month(), number=2, difference=a.pounds(1)
    ),
}


def a_signed_month():
    a.an_explanation()
    return a.a_signed_month()
