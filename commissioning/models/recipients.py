"""Who gets the money of an award, and whether the source says so."""

from django.db import models

from commissioning.fields import LineField
from commissioning.models.organisations import Organisation


class RecipientBasis(models.TextChoices):
    """What the source says of who got the money."""

    STATED = "stated", "stated"
    INFERRED = "inferred", "inferred"
    PLACE = "place", "not stated; only the place is"


class HasRecipient(models.Model):
    """An organisation, words for one, or the place of the work where no recipient is stated."""

    recipient = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="awards",
        help_text="Who gets the money. Needed before the award can be recommended.",
    )
    recipient_note = LineField(
        blank=True,
        help_text=(
            "The recipient in words, where no organisation is known, or the member of a group that "
            "got the money. Published."
        ),
    )
    recipient_basis = models.CharField(
        "recipient is",
        max_length=8,
        choices=RecipientBasis,
        blank=True,
        help_text=(
            "Whether the source states who got the money. Where it names only the place in which "
            "something happened, write the place in words and choose no organisation. Published."
        ),
    )

    class Meta:
        abstract = True

    @property
    def public_recipient(self) -> str:
        """The recipient for every public page, download and API.

        Words beside an organisation name the member of a group that got the money, and come first;
        of an organisation whose name is withheld they are not shown.
        """
        if self.recipient is None:
            if self.recipient_basis == RecipientBasis.PLACE:
                return f"Not stated (at {self.recipient_note})"
            return self.recipient_note or "Not stated"
        if self.recipient_note and not self.recipient.name_is_withheld:
            return f"{self.recipient_note} ({self.recipient.public_name})"
        return self.recipient.public_name

    @property
    def recipient_in_a_sentence(self) -> str:
        """After “awarded to”: as `public_recipient`, or that it is not stated."""
        if self.recipient_basis == RecipientBasis.PLACE:
            return f"a recipient that is not stated, for work at {self.recipient_note}"
        if self.recipient is None and not self.recipient_note:
            return "a recipient that is not stated"
        inferred = self.recipient_basis == RecipientBasis.INFERRED
        return f"{self.public_recipient} (inferred)" if inferred else self.public_recipient
