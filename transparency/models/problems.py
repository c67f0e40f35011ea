"""What the public tells the office is wrong on a page."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commissioning.fields import LineField, ProseField
from commissioning.models.people import done_by


class ProblemQuerySet(models.QuerySet):
    def published(self):
        """The office's notes on what it put right. What people wrote is never public."""
        return self.filter(status=Problem.Status.ANSWERED).exclude(change_note="")


class Problem(models.Model):
    """One message about a page of this site, and what the office did.

    Who sent it is not asked. How to reach them, if they said so, is seen by those who may answer,
    and is erased when the message is closed.
    """

    class Status(models.TextChoices):
        OPEN = "open", "to be answered"
        ANSWERED = "answered", "answered"
        SET_ASIDE = "set_aside", "set aside"

    about = LineField("page", max_length=300, help_text="The address on this site.")
    text = ProseField("what is wrong", max_length=3000)
    reach = LineField("how to reach whoever told it", blank=True, editable=False)
    sent_at = models.DateTimeField("told at", db_default=Now(), editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN, editable=False)
    change_note = ProseField(
        "public note",
        blank=True,
        max_length=1000,
        editable=False,
        help_text="What was put right. Published on the page.",
    )
    answer = ProseField("for staff", blank=True, max_length=2000, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = done_by(optional=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["about", "status"], name="problem_by_page")]
        constraints = [
            models.CheckConstraint(
                name="problem_says_what_is_wrong",
                condition=~Q(text=""),
                violation_error_message="Say what is wrong.",
            ),
            models.CheckConstraint(
                name="problem_answered_says_who",
                condition=Q(status="open")
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                violation_error_message="An answer must say who gave it.",
            ),
            models.CheckConstraint(
                name="problem_closed_forgets_its_sender",
                condition=Q(status="open") | Q(reach=""),
                violation_error_message="A closed message says no longer how to reach its sender.",
            ),
        ]
        permissions = [("answer_problem", "Can answer what the public says is wrong")]

    class Publication:
        public = {"id", "about", "change_note", "answered_at"}
        private = {"text", "reach", "sent_at", "status", "answer", "answered_by"}

    def __str__(self) -> str:
        return f"Problem {self.pk} on {self.about}"
