"""Where an award's pounds come from, step by step and in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.template.defaultfilters import capfirst

from commissioning.figures import AwardLine
from commissioning.models import Allocation, Award, Basis, Budget, ReportedTotal
from commissioning.models.publication import Qualifier
from commissioning.money import format_pounds
from commissioning.public.columns.base import NO_PAYMENT
from commissioning.public.columns.lines import place_is_hidden
from commissioning.public.withholding import address_of, shown, wide_enough
from commissioning.templatetags.figures import qualified, qualified_whole

NO_BUDGET = "budget not published"


@dataclass(frozen=True)
class Step:
    """One step of the chain, as components/chain.html shows it."""

    kind: str
    name: str
    href: str | None = None
    amount: Decimal | None = None
    qualifier: str = ""
    missing: str = ""
    implied: bool = False
    note: str = ""


@dataclass(frozen=True)
class Chain:
    steps: list[Step]
    sentence: str


def above(budget: Budget) -> list[Step]:
    """The source and the budget that an allocation is a part of."""
    if not shown(budget.fund):
        return [Step("budget", "A fund that is not published", missing=NO_BUDGET)]
    return [_source(budget.source), _budget(budget)]


def of_allocation(allocation: Allocation) -> list[Step]:
    return [*above(allocation.budget), _allocation(allocation)]


def of_line(award: Award, line: AwardLine) -> Chain:
    """The chain of one line of an award."""
    allocation = line.commitment.allocation
    recipient = award.public_recipient
    steps = above(allocation.budget)
    if shown(allocation.budget.fund):
        hidden = place_is_hidden(award, allocation.area)
        steps.append(_withheld_place(allocation) if hidden else _allocation(allocation))
    steps.append(
        Step(
            "commitment",
            recipient,
            href=address_of(award.recipient),
            amount=line.current,
            qualifier=award.qualifier,
            note="Changed since: see the variations" if line.variations else "",
        )
    )
    steps.append(
        Step(
            "payment",
            recipient,
            amount=line.paid if line.paid or not award.taken_on_from else None,
            missing=NO_PAYMENT,
            href="#payments" if line.paid or line.recovered or line.returned_unpaid else None,
        )
    )
    return Chain(steps, _sentence(steps, _recipient(award)))


def of_onward(award: Award, giver: Award | None, lines: Sequence[AwardLine]) -> Chain:
    """The chain of a grant that was given on by the recipient of the award `giver`.

    `giver` is None where it is not published; `lines` are what it stands on.
    """
    to = _recipient(award)
    amount = capfirst(qualified(award.onward_amount, award.qualifier))
    part = Step(
        "A part was given on to",
        award.public_recipient,
        href=address_of(award.recipient),
        amount=award.onward_amount,
        qualifier=award.qualifier,
    )
    if giver is None:
        return Chain([part], f"{amount} was given on to {to}, out of an award not published.")
    by = _recipient(giver)
    above_it = of_line(giver, lines[0]).steps[:-2] if len(lines) == 1 else []
    whole = Step(
        "commitment",
        giver.public_recipient,
        href=giver.get_absolute_url(),
        amount=giver.amount,
        qualifier=giver.qualifier,
    )
    said = f"{amount} was given on to {to} by {by}, out of the award “{giver.title}”"
    if giver.amount is not None:
        said += f" of {qualified(giver.amount, giver.qualifier)}"
    return Chain([*above_it, whole, part], f"{said}. It is counted in that award.")


def in_short(award: Award, chains: Sequence[Chain]) -> str:
    """Where the award's money comes from, in a sentence for all its chains."""
    if len(chains) == 1:
        return chains[0].sentence
    said = awarded_words(award.amount, award.qualifier)
    return f"{said} to {_recipient(award)}, out of {len(chains)} allocations."


def without_money(award: Award) -> Chain:
    """What is known of the chain of an award whose amount is not published."""
    steps = [_source(award.source)] if award.source else []
    if shown(award.fund):
        steps.append(Step("budget", award.fund.name, address_of(award.fund), missing=NO_BUDGET))
    steps.append(Step("commitment", award.public_recipient, address_of(award.recipient), None))
    known = [total for total in award.reported_totals.all() if total.is_published and total.amount]
    told = [
        f"{qualified_whole(one.amount, one.qualifier)}"
        f"{' a year' if one.per == ReportedTotal.Per.YEAR else ''} ({one.label})"
        for one in known
    ]
    lead = f"{capfirst('; '.join(told))} is reported. " if told else ""
    whole = "The amount of this award in all" if told else "The amount of this award"
    return Chain(steps, f"{lead}{whole} is not published.")


def _source(source) -> Step:
    if not shown(source):
        return Step("funding_source", "A source that is not published", missing="–")
    return Step(
        "funding_source",
        source.name,
        href=address_of(source),
        missing=source.get_kind_display().capitalize(),
        note="Ring-fenced" if source.ring_fence else "",
    )


def _budget(budget: Budget) -> Step:
    return Step(
        "budget",
        f"{budget.fund.name}, {budget.period}" if budget.starts_on else budget.fund.name,
        href=budget.get_absolute_url(),
        amount=budget.amount if budget.basis == Basis.DECIDED else None,
        qualifier=budget.qualifier,
        missing=NO_BUDGET,
    )


def _allocation(allocation: Allocation) -> Step:
    return Step(
        "allocation",
        allocation.area.name,
        href=allocation.get_absolute_url(),
        amount=allocation.amount,
        qualifier=allocation.qualifier,
        implied=allocation.basis == Basis.IMPLIED,
        note=allocation.purpose,
    )


def _withheld_place(allocation: Allocation) -> Step:
    area = wide_enough(allocation.area)
    return Step(
        "allocation", area.name if area else "A place that is withheld", missing="place withheld"
    )


def _recipient(award: Award) -> str:
    """Who gets the money, in a sentence."""
    if award.recipient is not None and award.recipient.name_is_withheld:
        return "a recipient whose name is withheld"
    return award.recipient_in_a_sentence


def awarded_words(amount: Decimal, qualifier: str) -> str:
    """ "At least £350,000.00 was awarded", "£80,000.00 was forecast to be awarded"."""
    if qualifier in (Qualifier.FORECAST, Qualifier.TARGET):
        how = "forecast" if qualifier == Qualifier.FORECAST else "planned"
        return f"{format_pounds(amount)} was {how} to be awarded"
    return f"{capfirst(qualified(amount, qualifier))} was awarded"


def _sentence(steps: list[Step], recipient: str) -> str:
    """ "£12,000.00 was awarded to A, out of £40,000.00 allocated to Walsall. It is paid from …"."""
    by_kind = {step.kind: step for step in steps}
    awarded, aside = by_kind["commitment"], by_kind.get("allocation")
    said = f"{awarded_words(awarded.amount, awarded.qualifier)} to {recipient}"
    if aside and aside.amount is not None and not aside.implied:
        said += f", out of {qualified(aside.amount, aside.qualifier)} allocated to {aside.name}"
    budget = by_kind["budget"]
    sentences = [said]
    if budget.amount is not None:
        whole = qualified(budget.amount, budget.qualifier)
        sentences.append(f"It is paid from the {whole} of {budget.name}")
    elif budget.href:
        sentences.append(f"It is paid from {budget.name}")
        sentences.append("The budget of that fund is not published here")
    source = by_kind.get("funding_source")
    if source and source.href:
        sentences.append(f"The money comes from {source.name}")
    return " ".join(f"{sentence}." for sentence in sentences)
