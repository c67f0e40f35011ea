"""Organisations: recipients of grants, providers of services, funders and boards."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commissioning.fields import LineField, ProseField
from commissioning.models.areas import Area
from commissioning.models.people import done_by
from commissioning.models.publication import Publishable, PublishedQuerySet


class Organisation(Publishable):
    """A body that gets, gives, delivers or oversees money and services."""

    class Kind(models.TextChoices):
        CHARITY = "charity", "charity"
        COMMUNITY_GROUP = "community_group", "community group"
        PROVIDER = "provider", "provider of services"
        BUSINESS = "business", "business"
        LOCAL_AUTHORITY = "local_authority", "local authority"
        POLICE = "police", "police"
        HEALTH = "health", "health body"
        COURT_OR_JUSTICE = "court_or_justice", "court or justice body"
        GOVERNMENT = "government", "government body"
        REGULATOR = "regulator", "regulator"
        UNIVERSITY = "university", "university"
        EVALUATOR = "evaluator", "evaluator"
        FUNDER = "funder", "funder"
        COMMISSIONER = "commissioner", "police and crime commissioner's office"
        BOARD = "board", "board"
        PARTNERSHIP = "partnership", "partnership"
        OTHER = "other", "other"

    class Withhold(models.TextChoices):
        NOTHING = "nothing", "Nothing: name and place may be published"
        PLACE = "place", "Place: no address, and no area smaller than a local authority"
        NAME = "name", "Name and place: neither may be published"

    code = LineField(
        max_length=60, unique=True, help_text="A short code of the office's own, used in imports."
    )
    name = LineField(help_text="The name as published, unless the name is withheld.")
    slug = models.SlugField(
        max_length=120, unique=True, help_text="The last part of the public address."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text="The body that this one is a part of.",
    )
    areas = models.ManyToManyField(
        Area, blank=True, related_name="organisations", help_text="Where it works."
    )
    role = LineField(
        max_length=300, blank=True, help_text="What it does for the office. Published."
    )
    website = models.URLField(blank=True, help_text="Published.")
    withhold = models.CharField(
        "withhold from the public",
        max_length=10,
        choices=Withhold,
        default=Withhold.NOTHING,
        help_text="For example a refuge: its address would put people in danger.",
    )
    withhold_ground = ProseField(
        "ground for withholding",
        blank=True,
        max_length=1000,
        help_text="Needed when something is withheld. Published, so it must not give it away.",
    )
    withhold_decided_by = done_by(optional=True)
    source_ref = LineField("source", blank=True, help_text="Where this record comes from.")
    note = ProseField(blank=True, help_text="For staff; not published, but open to FOI requests.")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="organisation_withholding_has_a_ground",
                condition=Q(withhold="nothing") | ~Q(withhold_ground=""),
                violation_error_message="Say on which ground something is withheld.",
            ),
            models.CheckConstraint(
                name="organisation_is_not_its_own_part",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message="An organisation cannot be a part of itself.",
            ),
        ]
        permissions = [("publish_organisation", "Can publish and withdraw organisations")]

    class Publication:
        public = {
            "id",
            "code",
            "name",
            "slug",
            "kind",
            "parent",
            "areas",
            "role",
            "website",
            "withhold",
            "withhold_ground",
            "source_ref",
            "published_at",
        }
        private = {"withhold_decided_by", "note", "is_published", "published_by"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:organisation", args=[self.slug])

    @property
    def name_is_withheld(self) -> bool:
        return self.withhold == self.Withhold.NAME

    @property
    def public_name(self) -> str:
        """The name for every public page, download and API; never show `name` there."""
        return "Name withheld" if self.name_is_withheld else self.name


class OrganisationName(models.Model):
    """Another name that an organisation has or had, so that people find it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = LineField()
    is_former = models.BooleanField(
        default=False, help_text="The organisation no longer uses this name."
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "other name"
        constraints = [
            models.UniqueConstraint(
                name="organisation_other_name_is_listed_once",
                fields=["organisation", "name"],
                violation_error_message="This name is already listed.",
            )
        ]

    class Publication:
        public = {"id", "organisation", "name", "is_former"}
        private = set()

    def __str__(self) -> str:
        return self.name


class OrganisationIdentifier(models.Model):
    """A number by which a register knows an organisation (org-id.guide lists)."""

    class Scheme(models.TextChoices):
        CHARITY = "GB-CHC", "charity number, England and Wales"
        COMPANY = "GB-COH", "company number"
        SCOTTISH_CHARITY = "GB-SC", "charity number, Scotland"
        NORTHERN_IRISH_CHARITY = "GB-NIC", "charity number, Northern Ireland"
        ENGLISH_COUNCIL = "GB-LAE", "English local authority code"
        GOVERNMENT = "GB-GOR", "government organisation register"
        HEALTH = "GB-NHS", "NHS organisation code"
        EDUCATION = "GB-UKPRN", "UK provider reference number"
        OTHER = "other", "other"

    # What each register's numbers look like; others are taken as written.
    FORMATS = {
        "GB-CHC": (r"\d{6,7}(-\d+)?", "A charity number has six or seven digits."),
        "GB-COH": (
            r"[A-Z0-9]{2}\d{6}",
            "A company number has eight characters, zeros in front included, such as 09506232.",
        ),
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="identifiers"
    )
    scheme = models.CharField(max_length=10, choices=Scheme)
    number = LineField(
        max_length=40,
        validators=[
            RegexValidator(r"^[A-Za-z0-9-]+$", "Use letters, digits and hyphens only."),
        ],
    )

    class Meta:
        ordering = ["scheme", "number"]
        verbose_name = "identifier"
        constraints = [
            models.UniqueConstraint(
                name="identifier_belongs_to_one_organisation",
                fields=["scheme", "number"],
                violation_error_message="Another organisation already has this number.",
            )
        ]

    class Publication:
        public = {"id", "organisation", "scheme", "number"}
        private = set()

    def __str__(self) -> str:
        return f"{self.scheme}-{self.number}"

    def clean(self):
        pattern, sentence = self.FORMATS.get(self.scheme, (None, None))
        if pattern and not re.fullmatch(pattern, self.number or ""):
            raise ValidationError({"number": sentence})
