"""Bank accounts of organisations, sealed; visible to finance only."""

from django.db import models
from django.db.models import F, Q

from commissioning.fields import ProseField
from commissioning.models import Organisation
from commissioning.models.two_people import PutForward

TELLS_NOTHING = "Without the numbers themselves: this is kept in the history."


class BankAccountQuerySet(models.QuerySet):
    def confirmed(self):
        """The accounts that money goes to."""
        return self.filter(status=BankAccount.Status.CONFIRMED)

    def proposed(self):
        """The accounts that wait for a second person."""
        return self.filter(status=BankAccount.Status.PROPOSED)


class BankAccount(PutForward):
    """One account that an organisation is or was paid into.

    Its details are never edited: a change is another account, which takes this one's place once a
    second person has confirmed it.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        CONFIRMED = "confirmed", "confirmed"
        REFUSED = "refused", "refused"
        SUPERSEDED = "superseded", "superseded"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bank_accounts"
    )
    sealed = models.TextField(editable=False)
    ending = models.CharField(max_length=2, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False, db_index=True)
    checked_how = ProseField(
        "how it was checked",
        max_length=1000,
        help_text=(
            "Call the organisation on a number that you knew before, never one from the letter or "
            f"e-mail that asks for the change. Say whom you called and when. {TELLS_NOTHING}"
        ),
    )
    status = models.CharField(
        max_length=10, choices=Status, default=Status.PROPOSED, editable=False
    )
    reason = ProseField(
        "how the second person checked, or why not", blank=True, max_length=1000, editable=False
    )

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "-proposed_at", "-pk"]
        default_permissions = ("add", "view")
        permissions = [("confirm_bankaccount", "Can confirm and refuse bank accounts")]
        constraints = [
            models.UniqueConstraint(
                name="bank_account_is_confirmed_once_per_organisation",
                fields=["organisation"],
                condition=Q(status="confirmed"),
                violation_error_message="The organisation already has a confirmed bank account.",
            ),
            models.UniqueConstraint(
                name="bank_account_is_proposed_once_per_organisation",
                fields=["organisation"],
                condition=Q(status="proposed"),
                violation_error_message=(
                    "A bank account of this organisation already waits to be confirmed. Have it "
                    "confirmed or refused first."
                ),
            ),
            models.CheckConstraint(
                name="bank_account_is_decided_by_someone_else",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=(
                    "Whoever proposed a bank account cannot confirm or refuse it. Ask a colleague "
                    "in finance."
                ),
            ),
            models.CheckConstraint(
                name="bank_account_decided_says_who_and_when",
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=(
                    "A bank account that was confirmed or refused must say by whom and when."
                ),
            ),
            models.CheckConstraint(
                name="bank_account_decided_says_how_or_why",
                condition=Q(status="proposed") | ~Q(reason=""),
                violation_error_message="Say how it was checked, or why it is refused.",
            ),
            models.CheckConstraint(
                name="bank_account_says_how_it_was_checked",
                condition=~Q(checked_how=""),
                violation_error_message="Say how the bank details were checked.",
            ),
        ]

    def __str__(self) -> str:
        # History and messages show this: no digit of the account.
        return f"Bank account of {self.organisation}"
