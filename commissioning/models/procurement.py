"""How the recipient of an award was found, and what it does with the money: words of others.

The codes are those of the 360Giving Data Standard and of the Local Government Transparency Code.
"""

from django.db import models

from commissioning.fields import DayField, LineField
from commissioning.money import MoneyField


class Regrant(models.TextChoices):
    """Why the recipient gives the money on as grants of its own."""

    COMMON = "FRG010", "given to one grantmaker, which gives it on"
    INTERMEDIARY = "FRG020", "given to an intermediary, for organisations that give it on"
    MATCH = "FRG030", "match funding of grants"
    COLLABORATION = "FRG040", "put together with other funders and given on"
    AGENT = "FRG050", "given to an agent, which pays the office’s grants"
    ENDOWMENT = "FRG060", "endowment of a grantmaker or fund"
    PARTLY = "FRG070", "partly given on, partly for other work"


class Procurement(models.TextChoices):
    QUOTES = "quotes", "invitation to quote"
    TENDER = "tender", "published invitation to tender"
    FRAMEWORK = "framework", "called off a framework"
    DIRECT = "direct", "direct award"


class ContractTerms(models.Model):
    """What an award says besides if it is a contract."""

    review_on = DayField(
        "review date", null=True, blank=True, help_text="When a contract is reviewed. Published."
    )
    procurement = models.CharField(
        "procurement process",
        max_length=10,
        choices=Procurement,
        blank=True,
        help_text="How the supplier of a contract was found. Published.",
    )
    procurement_notice = LineField(
        blank=True, help_text="Number or address of the notice of a contract. Published."
    )
    irrecoverable_vat = MoneyField(
        "VAT that cannot be recovered",
        null=True,
        blank=True,
        help_text="In pounds, of a contract. Published.",
    )

    class Meta:
        abstract = True
