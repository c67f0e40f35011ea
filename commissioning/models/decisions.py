"""Decision notices: the record that someone allowed to decided something."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from commissioning.days import in_words
from commissioning.fields import DayField, LineField, ProseField
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
    def public_summary(self) -> str:
        """Empty unless the whole notice is public."""
        return self.summary if self.status == self.Status.PUBLIC else ""
