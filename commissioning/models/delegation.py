"""Who may decide how much, who must stand aside, and what was allowed in an emergency."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.awards import Award
from commissioning.models.organisations import Organisation
from commissioning.models.people import done_by
from commissioning.money import MoneyField


class DelegatedLimitQuerySet(models.QuerySet):
    def in_force(self, day):
        """Limits that stand on the day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class DelegatedLimit(models.Model):
    """How many pounds a role may decide on at once, from one day to another."""

    class Act(models.TextChoices):
        APPROVE = "approve", "approve or vary an award"
        RELEASE = "release", "release a payment"
        VIRE = "vire", "vire, or open or revise a budget"
        OVER_PROGRAMME = "over_programme", "authorise over-programming"
        CARRY_FORWARD = "carry_forward", "approve a carry-forward"

    role = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="limits")
    act = models.CharField("may", max_length=20, choices=Act)
    most = MoneyField(
        "up to", help_text="In pounds. Of an award it is what the whole award would be worth."
    )
    starts_on = DayField()
    ends_on = DayField(null=True, blank=True, help_text="Leave empty while it stands.")
    source_ref = LineField(
        "source of this record", blank=True, help_text="Where the scheme of delegation says so."
    )
    recorded_by = done_by()

    objects = DelegatedLimitQuerySet.as_manager()

    class Meta:
        ordering = ["act", "role__name", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="limit_is_not_below_nothing",
                condition=Q(most__gte=0),
                violation_error_message="A limit cannot be below £0.00.",
            ),
            models.CheckConstraint(
                name="limit_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="The limit cannot end before it starts.",
            ),
            models.UniqueConstraint(
                name="limit_is_one_per_role_act_and_day",
                fields=["role", "act", "starts_on"],
                violation_error_message="This role already has a limit for this from that day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.get_act_display()}"


class InterestQuerySet(models.QuerySet):
    def standing(self):
        """Interests that nobody has ended."""
        return self.filter(ended_at__isnull=True)


class Interest(models.Model):
    """An interest that a member of staff declared in an organisation; ended by somebody else."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="interests"
    )
    nature = LineField(help_text="Such as “trustee” or “my partner works there”. Never published.")
    declared_on = DayField()
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = done_by(optional=True)
    ended_reason = ProseField(blank=True, max_length=1000, editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_on", "-pk"]
        verbose_name = "declared interest"
        constraints = [
            models.UniqueConstraint(
                name="interest_is_declared_once",
                fields=["person", "organisation"],
                condition=Q(ended_at__isnull=True),
                violation_error_message="This interest is already declared.",
            ),
            models.CheckConstraint(
                name="interest_is_ended_by_somebody_else",
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_by=F("person"))),
                violation_error_message="Somebody else says that an interest has ended.",
            ),
        ]
        permissions = [("end_interest", "Can say that a declared interest has ended")]

    def __str__(self) -> str:
        return f"{self.person}, {self.organisation}"


class Override(models.Model):
    """An emergency: leave for a named colleague to pass one rule, once, for one award."""

    class Rule(models.TextChoices):
        LIMIT = "limit", "approve above the delegated limit"
        CONDITION = "condition", "pay while a condition is overdue"
        PERIOD = "period", "commit or pay outside the period of a budget"

    rule = models.CharField("allows to", max_length=12, choices=Rule)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="overrides")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="overrides",
        help_text="The colleague who may use it. It cannot be yourself.",
    )
    most = MoneyField("up to", help_text="In pounds.")
    valid_until = DayField()
    reason = ProseField(max_length=2000, help_text="Why it cannot wait.")
    authorised_by = done_by()
    authorised_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = done_by(optional=True)
    withdrawn_reason = ProseField(blank=True, max_length=2000, editable=False)

    class Meta:
        ordering = ["-authorised_at", "-pk"]
        verbose_name = "emergency override"
        constraints = [
            models.CheckConstraint(
                name="override_is_used_by_somebody_else",
                condition=~Q(authorised_by=F("person")),
                violation_error_message="Nobody can authorise an override for themselves.",
            ),
            models.CheckConstraint(
                name="override_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Say why it cannot wait.",
            ),
            models.CheckConstraint(
                name="override_is_of_more_than_nothing",
                condition=Q(most__gt=0),
                violation_error_message="The amount must be more than £0.00.",
            ),
            models.CheckConstraint(
                name="override_withdrawn_says_who_and_why",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                & Q(withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                violation_error_message="Say who took the override back, and why.",
            ),
            models.CheckConstraint(
                name="override_is_used_or_withdrawn",
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                violation_error_message="An override that was used cannot be taken back.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}, {self.award.reference}, for {self.person}"
