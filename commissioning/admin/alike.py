"""Likely duplicates on forms that have no page to confirm: staff say that they have checked."""

from collections.abc import Sequence

from django import forms

from commissioning.admin.forms import StaffForm


class DuplicatesForm(StaffForm):
    """A form that records new money, and asks once more where it may be recorded already."""

    not_a_duplicate = forms.BooleanField(
        required=False,
        label="I have checked that this is not a duplicate",
        help_text="Needed only where the same amount is recorded already, a few days apart.",
    )

    def duplicates(self, cleaned: dict) -> Sequence[str]:
        """What the record may repeat, in sentences; asked of a form without errors."""
        return ()

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.instance.pk is None and not cleaned.get("not_a_duplicate"):
            for sentence in self.duplicates(cleaned):
                self.add_error("not_a_duplicate", sentence)
        return cleaned
