"""Decision notices: the record that someone allowed to decided something."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField
from commissioning.models.people import done_by
from commissioning.models.publication import Publishable, PublishedQuerySet


class DecisionNotice(Publishable):
    """A decision of the office; one notice can approve many awards."""

    class Status(models.TextChoices):
        PUBLIC = "public", "public"
        PART = "part", "partly confidential"
        CONFIDENTIAL = "confidential", "confidential"

    reference = models.SlugField(
        max_length=60,
        unique=True,
        help_text="The reference printed on the notice; also its public address.",
    )
    title = LineField(help_text="Published, for a confidential notice too: it is its one line.")
    decided_on = DayField()
    status = models.CharField(max_length=12, choices=Status, default=Status.PUBLIC)
    confidential_ground = ProseField(
        "ground for confidentiality",
        blank=True,
        max_length=1000,
        help_text="Needed unless the notice is public. Published.",
    )
    signatory = LineField(blank=True, help_text="Who signed it, by office held. Published.")
    summary = ProseField(blank=True, help_text="Published if the notice is public.")
    document_url = models.URLField(blank=True, help_text="Where the signed notice stands.")
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-reference"]
        constraints = [
            models.CheckConstraint(
                name="decision_confidentiality_has_a_ground",
                condition=Q(status="public") | ~Q(confidential_ground=""),
                violation_error_message="Say on which ground the notice is confidential.",
            )
        ]
        permissions = [("publish_decisionnotice", "Can publish and withdraw decision notices")]

    class Publication:
        public = {
            "id",
            "reference",
            "title",
            "decided_on",
            "status",
            "confidential_ground",
            "signatory",
            "summary",
            "document_url",
            "published_at",
        }
        private = {"note", "is_published", "published_by"}

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("public:decision", args=[self.reference])

    def clean(self):
        # No constraint: it would have to know today.
        if self.decided_on and self.decided_on > timezone.localdate():
            raise ValidationError(
                {
                    "decided_on": f"{in_words(self.decided_on)} is still to come. Record a "
                    "decision once it is taken."
                },
                code="day_to_come",
            )

    @property
    def public_corrections(self) -> list["DecisionCorrection"]:
        """What was put right since, of what the public may read."""
        hidden = {"summary", "document_url"} if self.status != self.Status.PUBLIC else set()
        return [one for one in self.corrections.all() if one.part not in hidden]

    @property
    def public_summary(self) -> str:
        """Empty unless the whole notice is public."""
        return self.summary if self.status == self.Status.PUBLIC else ""


class DecisionCorrection(models.Model):
    """What is to be read instead of a part of a notice that money relies on; append-only.

    The notice itself stays as it was when something was allowed under it.
    """

    class Part(models.TextChoices):
        TITLE = "title", "title"
        DECIDED_ON = "decided_on", "day of the decision"
        SIGNATORY = "signatory", "who signed it"
        SUMMARY = "summary", "summary"
        DOCUMENT = "document_url", "address of the signed notice"

    decision = models.ForeignKey(
        DecisionNotice, on_delete=models.PROTECT, related_name="corrections"
    )
    number = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=12, choices=Part)
    instead = ProseField("read instead", max_length=5000, help_text="Published.")
    reason = ProseField(max_length=1000, help_text="Why it was wrong. Published.")
    made_at = models.DateTimeField("made", db_default=Now(), editable=False)
    made_by = done_by()

    class Meta:
        ordering = ["decision", "number"]
        verbose_name = "correction of a decision notice"
        verbose_name_plural = "corrections of decision notices"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="decision_correction_has_its_own_number",
                fields=["decision", "number"],
                violation_error_message="Somebody else corrected this notice just now.",
            ),
            models.CheckConstraint(
                name="decision_correction_says_what_and_why",
                condition=~Q(instead="") & ~Q(reason=""),
                violation_error_message="Say what is to be read instead, and why.",
            ),
        ]

    class Publication:
        public = {"id", "decision", "number", "part", "instead", "reason", "made_at"}
        private = {"made_by"}

    def __str__(self) -> str:
        return f"Correction {self.number} of {self.decision.reference}"

    @property
    def in_words(self) -> str:
        """“Correction 1, 3 June 2026: the title should read “Clubs”. Reason: …”."""
        day = in_words(timezone.localdate(self.made_at))
        return (
            f"Correction {self.number}, {day}: {self.get_part_display()} should read "
            f"“{self.instead}”. Reason: {self.reason}"
        )
