"""Likeness of lines and payments: pure arithmetic, without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finance import matching
from finance.matching import Item, alike, exact_pairs, plain_name
from finance.suggesting import suggest

JUNE = date(2026, 6, 1)


def line(key, amount, name="safe homes", days=0, reference="", text=""):
    return item(key, amount, name, days, reference, text=text)


def item(key, amount, name="safe homes", days=0, reference="", **more):
    names = (plain_name(name),) if name else ()
    day = JUNE + timedelta(days)
    return Item(key, Decimal(amount), day, names, reference, **more)


def parts(found):
    return [sorted((part.line, part.payment) for part in one.parts) for one in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Safe Homes Trust Ltd", "SAFE HOMES TRUST LIMITED"),
        ("Women's Aid", "Womens Aid"),
        ("Women\N{RIGHT SINGLE QUOTATION MARK}s Aid C.I.C.", "Womens Aid C I C"),
        ("Smith & Sons", "SMITH AND SONS"),
        ("Café Hope", "CAFE HOPE"),
        ("The Ltd", "the  ltd."),
    ],
)
def test_spellings_of_one_name_are_one_name(one, other):
    assert plain_name(one) == plain_name(other) != ""


def test_a_pair_is_exact_by_amount_and_reference_however_it_is_written():
    found = exact_pairs([line(1, 5, "", 30, "inv 12")], [item(9, 5, "other", 0, "INV-12")])

    assert parts(found) == [[(1, 9)]]


def test_a_pair_is_exact_by_amount_and_name_within_five_days():
    assert parts(exact_pairs([line(1, 5, days=5)], [item(9, 5)])) == [[(1, 9)]]
    assert exact_pairs([line(1, 5, days=6)], [item(9, 5)]) == []


def test_of_two_candidates_neither_is_exact():
    assert exact_pairs([line(1, 5)], [item(8, 5), item(9, 5, days=1)]) == []
    assert exact_pairs([line(1, 5), line(2, 5)], [item(9, 5)]) == []


def test_the_reference_decides_before_the_name():
    lines = [line(1, 5, reference="A"), line(2, 5, reference="B")]
    payments = [item(8, 5, reference="B"), item(9, 5, reference="A")]

    assert sorted(parts(exact_pairs(lines, payments))) == [[(1, 9)], [(2, 8)]]


def test_one_order_number_for_every_month_is_told_apart_by_the_day():
    lines = [line(1, 5, reference="PO"), line(2, 5, reference="PO", days=30)]
    payments = [item(8, 5, reference="PO", days=-1), item(9, 5, reference="PO", days=29)]

    assert sorted(parts(exact_pairs(lines, payments))) == [[(1, 8)], [(2, 9)]]


def test_money_back_is_never_money_out():
    assert exact_pairs([line(1, -5)], [item(9, 5)]) == []
    assert suggest([line(1, -5, reference="A")], [item(9, 5, reference="A")]) == []


def test_a_suggestion_says_why():
    found = alike(line(1, 5, "Safe Homez Ltd", 3), item(9, 5, "Safe Homes"))

    assert found.in_words == "same amount; 3 days later; supplier name nearly the same"
    assert found.score == 74


def test_a_name_that_the_ledger_cut_off_is_nearly_the_same():
    cut = line(1, 5, "Birmingham and Solihull Wom")

    assert (
        "nearly the same" in alike(cut, item(9, 5, "Birmingham and Solihull Women’s Aid")).in_words
    )


def test_an_award_that_the_line_mentions_speaks_for_the_pair():
    found = alike(
        line(1, 5, "agency", text="grant gr 2026 12 june"), item(9, 5, mentions=("GR-2026-12",))
    )

    assert "the line mentions GR-2026-12" in found.in_words


def test_another_amount_is_suggested_by_reference_only_and_never_surely():
    other = alike(line(1, "4.50", reference="INV1"), item(9, 5, reference="INV1"))

    assert other.in_words.startswith("the ledger has £0.50 less; same reference")
    assert other.score <= matching.MOST_WITHOUT_AMOUNT
    assert other.parts[0].amount == Decimal("4.50")
    assert alike(line(1, "4.50"), item(9, 5)) is None


def test_payments_of_a_day_that_add_up_to_a_line_are_suggested_together():
    payments = [item(8, 5, "a"), item(9, 7, "b"), item(10, 11, "c")]

    (found,) = suggest([line(1, 23, "BACS run", 2)], payments)

    assert parts([found]) == [[(1, 8), (1, 9), (1, 10)]]
    assert "they are all that was paid that day" in found.reasons


def test_a_batch_is_suggested_for_its_line_among_others_of_the_day():
    first = [item(key, 10 + key, f"a{key}", run="B-0007") for key in range(20)]
    second = [item(50 + key, 3 * key + 1, f"b{key}", run="B-0008") for key in range(20)]

    (found,) = suggest([line(1, 390, "BACS", 1, text="bacs b 0007")], [*first, *second])

    assert found.payments == {one.key for one in first}
    assert found.in_words == (
        "20 payments add up to it; they are all of batch B-0007; 1 day later; "
        "the line mentions B-0007"
    )


def test_some_payments_of_a_day_are_suggested_when_only_they_add_up():
    payments = [item(8, 5, "a"), item(9, 7, "b"), item(10, 11, "c")]

    assert parts(suggest([line(1, 16, "BACS")], payments)) == [[(1, 8), (1, 10)]]


def test_a_sum_that_can_be_made_in_two_ways_is_not_suggested():
    payments = [item(key, 5, name) for key, name in ((7, "a"), (8, "b"), (9, "c"))]

    assert suggest([line(1, 10, "BACS")], payments) == []


def test_several_lines_of_a_supplier_that_add_up_to_a_payment_are_suggested_together():
    lines = [line(1, 5), line(2, 7, days=2), line(3, 100, "other")]

    assert parts(suggest(lines, [item(9, 12)])) == [[(1, 9), (2, 9)]]


def test_no_line_and_no_payment_is_suggested_twice():
    lines = [line(1, 5, days=1), line(2, 5, days=2)]

    assert parts(suggest(lines, [item(9, 5)])) == [[(1, 9)]]
