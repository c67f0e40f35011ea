"""How measures are related to one another, as staff answered before releasing their figures."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from commissioning.fields import ProseField
from programmes.models.measures import Measure


class MeasureRelation(models.Model):
    """What two measures have to do with one another, so that neither betrays the other."""

    class Answer(models.TextChoices):
        SAME = "same", "both are the same count"
        PART = "part", "everybody in the second is counted in the first as well"
        ADDED = "added", "the second is one of several that together make up the first"
        UNRELATED = "unrelated", "they are not related"

    whole = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="+", verbose_name="first measure"
    )
    part = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="+", verbose_name="second measure"
    )
    answer = models.CharField("how they are related", max_length=9, choices=Answer)
    reason = ProseField(
        blank=True, help_text="Why they are not related, if they are not. Never published."
    )

    class Meta:
        ordering = ["whole", "part"]
        verbose_name = "relation between measures"
        verbose_name_plural = "relations between measures"
        constraints = [
            models.UniqueConstraint(
                Least("whole", "part"),
                Greatest("whole", "part"),
                name="measures_are_related_in_one_way",
                violation_error_message="How these two measures are related is recorded already.",
            ),
            models.CheckConstraint(
                name="measure_is_not_related_to_itself",
                condition=~Q(whole=F("part")),
                violation_error_message="Choose two different measures.",
            ),
            models.CheckConstraint(
                name="unrelated_measures_have_a_reason",
                condition=~Q(answer="unrelated") | ~Q(reason=""),
                violation_error_message="Say why the two measures are not related.",
            ),
        ]

    class Publication:
        public = set()
        private = {"id", "whole", "part", "answer", "reason"}

    def __str__(self) -> str:
        return f"{self.whole} and {self.part}: {self.get_answer_display()}"
