"""How money is set aside: a fund's budget for a period, and allocations of it to areas."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField, RunningTotal
from commissioning.models.areas import Area
from commissioning.models.funds import Fund, FundingSource
from commissioning.models.people import done_by
from commissioning.models.publication import Qualifier
from commissioning.models.weightings import Weighting
from commissioning.money import NOTHING, MoneyField
from commissioning.years import FinancialYear, period_label


class Basis(models.TextChoices):
    """How an amount came to be in the chain."""

    DECIDED = "decided", "stated"
    IMPLIED = "implied", "inferred from awards"


class BudgetQuerySet(models.QuerySet):
    def published(self):
        """A budget is public with its fund."""
        return self.filter(fund__is_published=True)

    def in_year(self, year: FinancialYear):
        """Budgets whose whole period lies in the year."""
        return self.filter(starts_on__gte=year.first_day, ends_on__lte=year.last_day)

    def reaching_beyond(self, year: FinancialYear):
        """Budgets that overlap the year but are not wholly in it: no yearly split is recorded."""
        return self.filter(starts_on__lte=year.last_day, ends_on__gte=year.first_day).exclude(
            starts_on__gte=year.first_day, ends_on__lte=year.last_day
        )


class Budget(models.Model):
    """A fund's money for a period from one source.

    One source each, so that every pound under it has exactly one origin and one ring-fence
    (docs/decisions/0002-one-source-per-budget.md).
    """

    class SourceStatus(models.TextChoices):
        EXPECTED = "expected", "expected"
        CONFIRMED = "confirmed", "confirmed"
        RECEIVED = "received", "received"

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budgets")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="budgets")
    starts_on = DayField(
        null=True, blank=True, help_text="Usually 1 April; some periods are longer than a year."
    )
    ends_on = DayField(null=True, blank=True, help_text="Usually 31 March.")
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.DECIDED)
    source_status = models.CharField(
        "money is",
        max_length=10,
        choices=SourceStatus,
        default=SourceStatus.CONFIRMED,
        help_text="Committing money that is only expected gives a warning.",
    )
    use_by = DayField(
        "to be spent by",
        null=True,
        blank=True,
        help_text="The last day on which the source lets it be spent. What is left is owed back.",
    )
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    margin = MoneyField(
        "over-allocation margin",
        default=NOTHING,
        editable=False,
        # The widest of the authorities that stand or are still to begin, which the constraint
        # knows; what may be used on a day, `margin_on` knows.
        help_text="How much more than the budget may be allocated, by authority.",
    )
    margin_reason = ProseField(blank=True, max_length=1000, editable=False)
    margin_authorised_by = done_by(optional=True)
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    amount = RunningTotal(default=NOTHING)
    allocated = RunningTotal(default=NOTHING)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["fund__name", "starts_on", "source__name"]
        constraints = [
            models.CheckConstraint(
                name="budget_allocates_no_more_than_it_holds",
                condition=Q(allocated__lte=F("amount") + F("margin")),
                violation_error_message=(
                    "More would be allocated than the budget and its margin hold."
                ),
            ),
            models.CheckConstraint(
                name="budget_is_not_below_nothing",
                condition=Q(amount__gte=0) & Q(allocated__gte=0),
                violation_error_message="A budget cannot fall below nothing.",
            ),
            models.CheckConstraint(
                name="budget_margin_has_a_reason",
                condition=Q(margin=0) | (Q(margin__gt=0) & ~Q(margin_reason="")),
                violation_error_message=(
                    "An over-allocation margin needs a reason, and cannot be negative."
                ),
            ),
            models.CheckConstraint(
                name="budget_margin_names_its_authoriser",
                condition=Q(margin=0) | Q(margin_authorised_by__isnull=False),
                violation_error_message="An over-allocation margin must say who authorised it.",
            ),
            models.CheckConstraint(
                name="budget_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on"))
                | Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True),
                violation_error_message="The budget cannot end before it starts.",
            ),
            models.CheckConstraint(
                name="budget_has_a_period_unless_implied",
                condition=Q(starts_on__isnull=False, ends_on__isnull=False)
                | Q(basis="implied", starts_on__isnull=True, ends_on__isnull=True),
                violation_error_message="Give the first and the last day of the budget.",
            ),
            models.UniqueConstraint(
                name="budget_is_one_per_fund_source_and_period",
                fields=["fund", "source", "starts_on", "ends_on"],
                violation_error_message=(
                    "This fund already has a budget from this source for this period. Revise that "
                    "one instead."
                ),
            ),
            models.UniqueConstraint(
                name="budget_without_period_is_one_per_fund_and_source",
                fields=["fund", "source"],
                condition=Q(starts_on__isnull=True),
                violation_error_message=(
                    "This fund already has a budget from this source without a period."
                ),
            ),
        ]
        permissions = [
            ("fund_budget", "Can put money into budgets and revise them"),
            ("allocate_budget", "Can allocate money to areas and vire it"),
            ("authorise_margin", "Can authorise over-allocation"),
            ("close_year", "Can close and reopen financial years"),
        ]

    class Publication:
        public = {
            "id",
            "fund",
            "source",
            "starts_on",
            "ends_on",
            "basis",
            "source_status",
            "use_by",
            "qualifier",
            "margin",
            "margin_reason",
            "source_ref",
            "amount",
            "allocated",
        }
        private = {"note", "margin_authorised_by"}

    def __str__(self) -> str:
        return f"{self.fund} {self.period} ({self.source})"

    def get_absolute_url(self) -> str:
        return f"{self.fund.get_absolute_url()}#budget-{self.pk}"

    def clean(self):
        if self.use_by and self.starts_on and self.use_by < self.starts_on:
            raise ValidationError(
                {
                    "use_by": f"The budget begins on {in_words(self.starts_on)}, so its money "
                    f"cannot all be spent by {in_words(self.use_by)}."
                },
                code="use_by_is_before_its_first_day",
            )

    @property
    def period(self) -> str:
        return period_label(self.starts_on, self.ends_on)

    @property
    def last_day(self) -> date | None:
        """The last day for which its money may be spent: of its period, or earlier of its source.

        None where neither is stated.
        """
        return min(filter(None, (self.ends_on, self.use_by)), default=None)

    def authority_on(self, day: date):
        """The over-programming authority in force on the day, or None."""
        begun = [each for each in self.authorities.all() if each.starts_on <= day]
        latest = max(begun, key=lambda each: (each.starts_on, each.pk), default=None)
        is_over = latest is not None and latest.ends_on is not None and latest.ends_on < day
        return None if is_over else latest

    def margin_on(self, day: date) -> Decimal:
        """How many pounds more than the budget may be allocated on the day."""
        # Most budgets never had a margin, and are not asked about.
        authority = self.authority_on(day) if self.margin else None
        return NOTHING if authority is None else authority.margin

    @property
    def unallocated(self) -> Decimal:
        """Pounds that can still be allocated today, the margin in force included."""
        return self.amount + self.margin_on(timezone.localdate()) - self.allocated


class AllocationQuerySet(models.QuerySet):
    def published(self):
        """An allocation is public with its fund."""
        return self.filter(budget__fund__is_published=True)

    def within(self, area: Area):
        return self.filter(area__in=Area.objects.within(area))


class Allocation(models.Model):
    """A part of a budget set aside for an area, or for a purpose over the whole force area."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="allocations")
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="allocations",
        help_text="The force area itself for money that is not divided among areas.",
    )
    purpose = LineField(
        blank=True, help_text="What this part is for, if not everything the fund is for. Published."
    )
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.DECIDED)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    weighting = models.ForeignKey(
        Weighting,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="allocations",
        help_text="The formula that proposed a share.",
    )
    formula_amount = MoneyField(
        "share by the formula",
        null=True,
        blank=True,
        editable=False,
        help_text="What the formula proposed, beside what was decided.",
    )
    decided_amount = MoneyField(
        "decided beside the formula",
        null=True,
        blank=True,
        editable=False,
        help_text="What was decided when the formula proposed its share.",
    )
    departure_reason = ProseField(
        "why it differs from the formula", blank=True, max_length=1000, editable=False
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    amount = RunningTotal(default=NOTHING)
    committed = RunningTotal(default=NOTHING)
    paid = RunningTotal(default=NOTHING)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["budget", "area__name", "purpose"]
        constraints = [
            models.CheckConstraint(
                name="allocation_commits_no_more_than_it_holds",
                condition=Q(committed__lte=F("amount")),
                violation_error_message="More would be committed than the allocation holds.",
            ),
            models.CheckConstraint(
                name="allocation_is_not_below_nothing",
                condition=Q(amount__gte=0) & Q(committed__gte=0) & Q(paid__gte=0),
                violation_error_message="An allocation cannot fall below nothing.",
            ),
            models.CheckConstraint(
                name="allocation_by_formula_is_told_whole",
                condition=Q(weighting=None, formula_amount=None, decided_amount=None)
                | Q(
                    weighting__isnull=False,
                    formula_amount__isnull=False,
                    formula_amount__gte=0,
                    decided_amount__isnull=False,
                    decided_amount__gte=0,
                ),
                violation_error_message=(
                    "A share by formula names its weighting, the formula's amount and the amount "
                    "decided."
                ),
            ),
            models.CheckConstraint(
                name="allocation_departs_from_its_formula_for_a_reason",
                condition=Q(decided_amount=None, departure_reason="")
                | Q(decided_amount__isnull=False, decided_amount=F("formula_amount"))
                | (Q(decided_amount__isnull=False) & ~Q(departure_reason="")),
                violation_error_message=(
                    "Say why the amount decided differs from the share by the formula."
                ),
            ),
            models.UniqueConstraint(
                name="allocation_is_one_per_area_and_purpose",
                fields=["budget", "area", "purpose"],
                violation_error_message=(
                    "This budget already has an allocation for this area and purpose. Add to it or "
                    "vire instead."
                ),
            ),
        ]

    class Publication:
        public = {
            "id",
            "budget",
            "area",
            "purpose",
            "basis",
            "qualifier",
            "weighting",
            "formula_amount",
            "decided_amount",
            "departure_reason",
            "source_ref",
            "amount",
            "committed",
            "paid",
        }
        private = {"note"}

    def __str__(self) -> str:
        purpose = f", {self.purpose}" if self.purpose else ""
        return f"{self.budget.fund}, {self.area}{purpose}, {self.budget.period}"

    def get_absolute_url(self) -> str:
        return reverse("public:allocation", args=[self.pk])

    @property
    def uncommitted(self):
        """Pounds that can still be committed."""
        return self.amount - self.committed
