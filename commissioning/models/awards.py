"""Awards: grants and contracts, the money committed to them, their conditions and variations."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField, RunningTotal
from commissioning.models.areas import Area
from commissioning.models.decisions import DecisionNotice
from commissioning.models.funds import Fund, FundingSource
from commissioning.models.people import done_by
from commissioning.models.periods import ends_after_it_starts
from commissioning.models.plan import Theme
from commissioning.models.procurement import ContractTerms, Regrant
from commissioning.models.publication import (
    DatePrecision,
    Publishable,
    PublishedQuerySet,
    Qualifier,
    Scope,
    ScopeBasis,
    day_of_a_status,
)
from commissioning.models.recipients import HasRecipient
from commissioning.models.services import Service
from commissioning.money import NOTHING, MoneyField
from commissioning.years import FinancialYear


class AwardQuerySet(PublishedQuerySet):
    def for_fund(self, fund: Fund):
        """Awards made from the fund, wholly or in part."""
        standing_on_it = Award.objects.filter(commitments__allocation__budget__fund=fund)
        return self.filter(Q(fund=fund) | Q(pk__in=standing_on_it.values("pk")))

    def for_source(self, source: FundingSource):
        standing_on_it = Award.objects.filter(commitments__allocation__budget__source=source)
        return self.filter(Q(source=source) | Q(pk__in=standing_on_it.values("pk")))

    def for_area(self, area: Area):
        """Awards that benefit the area or a place in it."""
        benefits = Award.areas.through.objects.filter(
            award=OuterRef("pk"), area__in=Area.objects.within(area)
        )
        return self.filter(Exists(benefits))

    def for_theme(self, theme: Theme):
        return self.filter(
            Exists(Award.themes.through.objects.filter(award=OuterRef("pk"), theme=theme))
        )

    def in_year(self, year: FinancialYear):
        """Awards made in the financial year; where that day is unknown, started in it."""
        return self.filter(
            Q(awarded_on__range=(year.first_day, year.last_day))
            | Q(awarded_on__isnull=True, starts_on__range=(year.first_day, year.last_day))
        )


class Award(Publishable, HasRecipient, ContractTerms):
    """A grant or contract: a decision to give money to a recipient for a purpose."""

    class Kind(models.TextChoices):
        GRANT = "grant", "grant"
        CONTRACT = "contract", "contract"
        OTHER = "other", "other arrangement"

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        RECOMMENDED = "recommended", "recommended"
        APPROVED = "approved", "approved"
        ACTIVE = "active", "active"
        CLOSED = "closed", "closed"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"
        TERMINATED = "terminated", "terminated"

    # States in which the office has promised the money.
    PROMISED = [Status.APPROVED, Status.ACTIVE, Status.CLOSED, Status.TERMINATED]
    # States in which money can still be committed, varied or paid.
    OPEN = [Status.APPROVED, Status.ACTIVE]
    EDITABLE = [Status.DRAFT]

    # What may follow what; actions ask here.
    TRANSITIONS = {
        Status.DRAFT: {Status.RECOMMENDED, Status.WITHDRAWN},
        Status.RECOMMENDED: {Status.DRAFT, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN},
        Status.APPROVED: {Status.ACTIVE, Status.CLOSED, Status.TERMINATED},
        Status.ACTIVE: {Status.CLOSED, Status.TERMINATED},
        Status.CLOSED: {Status.ACTIVE},
        Status.REJECTED: {Status.DRAFT},
        Status.WITHDRAWN: {Status.DRAFT},
        Status.TERMINATED: {Status.ACTIVE},
    }

    class PaymentPattern(models.TextChoices):
        ONCE = "once", "all at once"
        MONTHLY = "monthly", "monthly"
        QUARTERLY = "quarterly", "quarterly"
        MILESTONES = "milestones", "by milestones"

    class PaymentTiming(models.TextChoices):
        ADVANCE = "advance", "in advance"
        ARREARS = "arrears", "in arrears"

    class LegalPower(models.TextChoices):
        SECTION_9 = "s9", "section 9 crime and disorder reduction grant (PRSRA 2011)"
        SECTION_143 = "s143", "section 143 services, victims' services included (ASBCPA 2014)"
        CONTRACT = "contract", "contract"
        OTHER = "other", "other power"

    reference = models.SlugField(
        max_length=60,
        unique=True,
        help_text=(
            "The office's own reference; also the public address, so it never changes after "
            "publication. Leave empty to have one given."
        ),
        blank=True,
    )
    title = LineField(max_length=140, help_text="What the award is for, in a line. Published.")
    kind = models.CharField(max_length=10, choices=Kind)
    arrangement = LineField(
        max_length=60,
        blank=True,
        help_text="What sort of grant, contract or arrangement it is, such as “posts”. Published.",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    status_as_at = day_of_a_status(editable=False)
    fund = models.ForeignKey(
        Fund,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="awards",
        help_text="The fund that it is mainly made from.",
    )
    source = models.ForeignKey(
        FundingSource,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name="source of funding",
        help_text="Only where the source is known and the budget is not.",
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="awards"
    )
    areas = models.ManyToManyField(
        Area,
        blank=True,
        related_name="awards",
        help_text="The areas that benefit, not where the recipient has its office. Published.",
    )
    scope = models.CharField(
        "area of benefit", max_length=12, choices=Scope, default=Scope.NOT_STATED
    )
    scope_basis = models.CharField(max_length=10, choices=ScopeBasis, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="awards")

    purpose = ProseField(
        blank=True, help_text="What the money is for. Published: the law asks for it."
    )
    reason = ProseField(
        blank=True,
        help_text=(
            "Why it serves to cut crime and disorder, or gives value for money. Published: the law "
            "asks for it."
        ),
    )
    legal_power = models.CharField(
        max_length=10,
        choices=LegalPower,
        blank=True,
        help_text="Needed before the award can be recommended. Published.",
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    date_precision = models.CharField(max_length=5, choices=DatePrecision, blank=True)
    period_note = LineField(
        "period in words", blank=True, help_text="Where the dates do not say it all. Published."
    )
    qualifier = models.CharField(
        max_length=10,
        choices=Qualifier,
        default=Qualifier.EXACT,
        help_text="How exact the amount is. Published with it.",
    )

    payment_pattern = models.CharField(
        "to be paid",
        max_length=12,
        choices=PaymentPattern,
        blank=True,
        help_text="Approving the award draws up its schedule of instalments. Published.",
    )
    payment_timing = models.CharField(
        "in advance or in arrears", max_length=8, choices=PaymentTiming, blank=True
    )

    open_call = models.CharField(
        "from an open call",
        max_length=3,
        choices=[("yes", "yes"), ("no", "no")],
        blank=True,
        help_text="Whether anybody could apply for it. Published.",
    )
    regrant = models.CharField(
        "to be given on",
        max_length=6,
        choices=Regrant,
        blank=True,
        help_text="Only where the recipient gives the money on as grants of its own. Published.",
    )
    onward_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="onward",
        verbose_name="given on from",
        help_text="The award out of which its recipient gave this grant.",
    )
    onward_amount = MoneyField(
        "amount given on",
        null=True,
        blank=True,
        editable=False,
        help_text="In pounds. Counted in the award that it is given on from, and in no total.",
    )
    recommended_by = done_by(optional=True)
    recommended_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = done_by(optional=True)
    awarded_on = DayField(null=True, blank=True, editable=False)
    decision = models.ForeignKey(
        DecisionNotice,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="awards",
    )
    taken_on_from = LineField(
        blank=True,
        editable=False,
        help_text="For an award made before this system was used: the record it was taken from.",
    )
    source_ref = LineField("source of this record", blank=True)
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    # Empty until money is committed: an unknown amount is not £0.
    amount = RunningTotal(null=True, blank=True)
    paid = RunningTotal(default=NOTHING)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = [F("awarded_on").desc(nulls_last=True), "-pk"]
        indexes = [
            models.Index(
                "awarded_on", "id", name="award_published_by_date", condition=Q(is_published=True)
            ),
            models.Index(
                "amount", "id", name="award_published_by_amount", condition=Q(is_published=True)
            ),
            models.Index(fields=["status"], name="award_by_status"),
        ]
        constraints = [
            ends_after_it_starts("award"),
            models.CheckConstraint(
                name="award_place_is_no_recipient",
                condition=~Q(recipient_basis="place")
                | (Q(recipient__isnull=True) & ~Q(recipient_note="")),
                violation_error_message=(
                    "A place is not the recipient: write the place in words and choose no "
                    "organisation."
                ),
            ),
            models.CheckConstraint(
                name="award_status_is_known",
                condition=Q(
                    status__in=[
                        "draft",
                        "recommended",
                        "approved",
                        "active",
                        "closed",
                        "rejected",
                        "withdrawn",
                        "terminated",
                    ]
                ),
                violation_error_message="An award must be in one of its states.",
            ),
            models.CheckConstraint(
                name="award_approver_is_not_its_recommender",
                condition=Q(approved_by__isnull=True)
                | Q(recommended_by__isnull=True)
                | ~Q(approved_by=F("recommended_by")),
                violation_error_message=(
                    "Whoever recommended an award cannot approve it. Ask another approver."
                ),
            ),
            models.CheckConstraint(
                name="award_recommended_names_its_recommender",
                condition=~Q(status="recommended") | Q(recommended_by__isnull=False),
                violation_error_message="A recommended award must say who recommended it.",
            ),
            models.CheckConstraint(
                name="award_promised_has_decision_and_legal_power",
                condition=~Q(status__in=["approved", "active", "closed", "terminated"])
                | ~Q(taken_on_from="")
                | (
                    Q(decision__isnull=False)
                    & Q(approved_by__isnull=False)
                    & Q(recommended_by__isnull=False)
                    & Q(recipient__isnull=False)
                    & ~Q(legal_power="")
                ),
                violation_error_message=(
                    "An approved award needs a recipient, a decision notice, a legal power, a "
                    "recommender and an approver."
                ),
            ),
            models.CheckConstraint(
                name="award_with_money_is_promised",
                condition=Q(amount__isnull=True)
                | Q(amount=0)
                | Q(status__in=["approved", "active", "closed", "terminated"]),
                violation_error_message=(
                    "Money is committed to approved awards only, and an award with money cannot "
                    "become a draft again."
                ),
            ),
            models.CheckConstraint(
                name="award_pays_no_more_than_it_is_worth",
                condition=Q(paid=0) | (Q(amount__isnull=False) & Q(paid__lte=F("amount"))),
                violation_error_message="More would be paid than the award is worth.",
            ),
            models.CheckConstraint(
                name="award_given_on_states_its_amount",
                condition=Q(onward_of__isnull=True, onward_amount__isnull=True)
                | Q(
                    onward_of__isnull=False,
                    onward_amount__isnull=False,
                    onward_amount__gt=0,
                    kind="grant",
                ),
                violation_error_message=(
                    "A grant that was given on names the award that it came out of and its amount, "
                    "more than £0.00."
                ),
            ),
            models.CheckConstraint(
                name="award_given_on_has_no_money_of_its_own",
                condition=Q(onward_of__isnull=True) | Q(amount__isnull=True),
                violation_error_message=(
                    "Money that was given on is committed under the award that it came out of. It "
                    "is not committed once more."
                ),
            ),
            models.CheckConstraint(
                name="award_vat_is_not_below_nothing",
                condition=Q(irrecoverable_vat__isnull=True) | Q(irrecoverable_vat__gte=0),
                violation_error_message="VAT that cannot be recovered is not below £0.00.",
            ),
        ]
        permissions = [
            ("recommend_award", "Can recommend awards"),
            ("approve_award", "Can approve and reject awards"),
            ("vary_award", "Can vary, close and terminate awards"),
            ("take_on_award", "Can take on awards made before this system was used"),
            ("publish_award", "Can publish and withdraw awards"),
        ]

    class Publication:
        public = {
            "id",
            "reference",
            "title",
            "kind",
            "arrangement",
            "status",
            "status_as_at",
            "recipient",
            "recipient_note",
            "recipient_basis",
            "fund",
            "source",
            "service",
            "areas",
            "scope",
            "scope_basis",
            "themes",
            "purpose",
            "reason",
            "legal_power",
            "starts_on",
            "ends_on",
            "date_precision",
            "period_note",
            "qualifier",
            "payment_pattern",
            "payment_timing",
            "open_call",
            "regrant",
            "onward_of",
            "onward_amount",
            "review_on",
            "procurement",
            "procurement_notice",
            "irrecoverable_vat",
            "awarded_on",
            "decision",
            "taken_on_from",
            "source_ref",
            "amount",
            "paid",
            "published_at",
        }
        private = {
            "recommended_by",
            "recommended_at",
            "approved_by",
            "note",
            "is_published",
            "published_by",
        }

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("public:award", args=[self.reference])

    @property
    def known_paid(self):
        """Pounds paid; None where it was made elsewhere and no payment is recorded here."""
        made_elsewhere = self.taken_on_from or self.onward_of_id is not None
        return None if made_elsewhere and not self.paid else self.paid

    @property
    def unpaid(self):
        """Pounds promised and not yet paid; None where the amount is unknown."""
        return None if self.amount is None else self.amount - self.paid
