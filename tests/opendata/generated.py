"""Any number of awards of every sort, the same for the same seed, made in few statements."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random

from django.utils import timezone

from commissioning.actions import awards as award_actions
from commissioning.actions import publication
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Commitment,
    Organisation,
    OrganisationIdentifier,
)
from tests import builders as a
from tests import world

FIRST_DAY = date(2026, 4, 1)
# Money for awards of a year that begin up to its end.
LAST_DAY = date(2029, 3, 31)
WORDS = ["youth", "street", "court", "refuge", "school", "estate", "night", "music", "café"]
BATCH = 500


class World:
    """Areas, funds and recipients, and awards to them; `rng` decides everything."""

    def __init__(self, seed: int, *, organisations: int = 40, awards: int = 60):
        self.rng = Random(seed)  # noqa: S311 nothing here is secret
        self.themes = [world.a_theme(name) for name in ("Safety", "Justice", "Recovery")]
        self.areas = some_areas()
        self.allocations = some_allocations(self.areas)
        self.recipients = some_recipients(self.rng, organisations)
        self.officer, self.approver = a.an_officer(), a.an_approver()
        numbers = iter(range(awards))
        while batch := list(islice(numbers, BATCH)):
            self.make(batch)
        self.vary_some(max(3, awards // 200))
        self.take_on_some(max(6, awards // 100))

    def make(self, numbers: Sequence[int]) -> None:
        """Approve and publish these awards under one decision."""
        rng = self.rng
        awards = Award.objects.bulk_create(self.an_award(number) for number in numbers)
        Commitment.objects.bulk_create(
            Commitment(award=award, allocation=allocation, proposed=pence(rng))
            for award, allocation in zip(
                awards, rng.choices(self.allocations, k=len(awards)), strict=True
            )
        )
        self.say_where_and_what_for(awards)
        for part in range(4):
            some = awards[part::4]
            if some:
                award_actions.approve_many(
                    some,
                    decision=a.a_decision(decided_on=FIRST_DAY),
                    effective_on=FIRST_DAY + timedelta(days=rng.randrange(200)),
                    by=self.approver,
                )
        shown = Award.objects.filter(pk__in=[award.pk for award in awards]).order_by("pk")
        publication.publish([award for award in shown if rng.random() < 0.93], by=self.officer)

    def an_award(self, number: int) -> Award:
        """One that is recommended, and not yet saved."""
        rng = self.rng
        starts_on = FIRST_DAY + timedelta(days=rng.randrange(300))
        recipient = rng.choice(self.recipients)
        return Award(
            reference=f"G-{number:05}",
            title=f"{rng.choice(['', '=', '-', '@'])}{rng.choice(WORDS)} {rng.choice(WORDS)}",
            kind=rng.choices(["grant", "contract", "other"], [7, 2, 1])[0],
            status=Award.Status.RECOMMENDED,
            recipient=recipient,
            fund=rng.choice(self.allocations).budget.fund,
            purpose=f"For {rng.choice(WORDS)}, “{rng.choice(WORDS)}”,\nand more; £{number}.",
            reason="It cuts crime.",
            legal_power=rng.choice(["s9", "s143", "other"]),
            starts_on=rng.choice([None, starts_on]),
            ends_on=rng.choice([None, starts_on + timedelta(days=365)]),
            date_precision=rng.choice(["", "day", "month", "year"]),
            scope=rng.choice(["local", "sub_local", "force_wide", "national", "not_stated"]),
            qualifier=rng.choices(["exact", "about", "at_least"], [8, 1, 1])[0],
            recommended_by=self.officer,
            recommended_at=timezone.now(),
        )

    def say_where_and_what_for(self, awards: Sequence[Award]) -> None:
        rng, places, themes = self.rng, Award.areas.through, Award.themes.through
        places.objects.bulk_create(
            places(award=award, area=area)
            for award in awards
            for area in rng.sample(self.areas, rng.randrange(4))
        )
        themes.objects.bulk_create(
            themes(award=award, theme=theme)
            for award in awards
            for theme in rng.sample(self.themes, rng.randrange(3))
        )

    def vary_some(self, count: int) -> None:
        """Raise some, lower some, and pay some."""
        large = Award.objects.published().filter(amount__gte=100)
        for award in large.order_by("pk")[:count]:
            allocation = award.commitments.get().allocation
            for kind, amount in (("increase", "100.10"), ("decrease", "-50.05")):
                award_actions.vary(
                    award,
                    [(allocation, a.pounds(amount))],
                    kind=kind,
                    reason="Needs changed.",
                    decision=a.a_decision(),
                    effective_on=date(2026, 11, 1),
                    by=self.approver,
                )
        for award in large.order_by("-pk")[:count]:
            a.a_payment("10.01", award, paid_on=date(2026, 11, 1))

    def take_on_some(self, count: int) -> None:
        """Awards from a document, each with something missing that the standard asks for."""
        for number in range(count):
            award = award_actions.take_on(
                self.an_old_award(number),
                [(self.allocations[0], a.pounds("2500.25"))] if number % 3 else [],
                from_record="Annual Report",
                effective_on=FIRST_DAY,
                awarded_on=FIRST_DAY if number % 2 else None,
                by=self.officer,
            )
            publication.publish([award], by=self.officer)

    def an_old_award(self, number: int) -> Award:
        return Award(
            reference=f"OLD-{number}",
            title=f"Old {self.rng.choice(WORDS)}",
            kind=self.rng.choice(["grant", "grant", "contract"]),
            purpose="As printed.",
            recipient=self.rng.choice([None, *self.recipients[:2]]),
            recipient_note="Several groups",
        )


def pence(rng: Random):
    """Some pounds, often with pence."""
    return a.pounds(f"{rng.randrange(1, 90_000)}.{rng.choice([0, 0, 1, 10, 99]):02}")


def some_areas() -> list[Area]:
    """A force area, three districts and two units in each."""
    force = a.an_area("Force", kind="force", code="E23000014")
    districts = [
        a.an_area(name, code=f"E0800002{n}", parent=force)
        for n, name in enumerate(("North", "South", "West"), start=5)
    ]
    units = [
        a.an_area(f"{district.name} unit {n}", kind="neighbourhood_unit", parent=district)
        for district in districts
        for n in (1, 2)
    ]
    return [force, *districts, *units]


def some_allocations(areas: Sequence[Area]) -> list[Allocation]:
    budgets = [
        a.a_budget(3_000_000_000, a.a_fund(name), starts_on=FIRST_DAY, ends_on=LAST_DAY)
        for name in ("Alpha Fund", "Beta Fund", "Gamma Fund")
    ]
    return [a.an_allocation(500_000_000, budget, area) for budget in budgets for area in areas[:5]]


def some_recipients(rng: Random, count: int) -> list[Organisation]:
    """Recipients on a register or on none; some withheld, some without a page of their own."""
    made = []
    for number in range(count):
        withhold = rng.choices(["nothing", "place", "name"], [6, 1, 1])[0]
        organisation = a.an_organisation(
            f"Recipient {number}",
            published=rng.random() < 0.9,
            kind=rng.choice(["charity", "business", "police"]),
            role=rng.choice(["", "Helps; write to help@example.org or 0121 496 0000."]),
            website=rng.choice(["", "https://example.org/"]),
            withhold=withhold,
            withhold_ground="" if withhold == "nothing" else "A refuge.",
        )
        for scheme, code in (("GB-CHC", f"10{number:05}"), ("GB-COH", f"09{number:06}")):
            if rng.random() < 0.4:
                OrganisationIdentifier.objects.create(
                    organisation=organisation, scheme=scheme, number=code
                )
        made.append(organisation)
    return made
