"""What one person puts forward and another decides on."""

from django.db import models

from commissioning.models.people import done_by


class PutForward(models.Model):
    """Who put it forward and who decided on it; that they are two is each model's constraint."""

    proposed_by = done_by()
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = done_by(optional=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
