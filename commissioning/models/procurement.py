"""How the recipient of an award was found, and what it does with the money: words of others.

The codes are those of the 360Giving Data Standard and of the Local Government Transparency Code.
"""

from django.db import models


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
