"""Atom feeds: the newest published awards and decisions."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from commissioning.models import Award, DecisionCorrection, DecisionNotice, Entry, Variation
from commissioning.public import listings
from commissioning.public.listing import Listing
from commissioning.templatetags.figures import qualified_whole

NEWEST = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class ListFeed(Feed):
    """The newest records of a public list, by the moment of publication."""

    feed_type = Atom1Feed
    listing: Listing

    def author_name(self) -> str:
        return settings.OFFICE["name"]

    def feed_guid(self) -> str:
        return _lasting(self.feed_url())

    def item_guid(self, row) -> str:
        """The same for good, under whatever name of a host it is read."""
        return _lasting(f"{row._meta.label_lower}/{row.pk}")

    def link(self) -> str:
        return self.listing.address

    def feed_url(self) -> str:
        return f"/feeds/{self.listing.name}.atom"

    def title(self) -> str:
        return f"{self.listing.title}, newest first"

    def subtitle(self) -> str:
        return self.listing.lead

    def rows(self) -> QuerySet:
        return self.listing.complete(self.listing.rows())

    def items(self):
        return self.rows().order_by("-published_at", "-pk")[:NEWEST]

    def item_updateddate(self, row):
        return row.published_at or LONG_AGO

    def item_pubdate(self, row):
        return row.published_at


def _lasting(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"{settings.OFFICE['funder_id']} {name}").urn


def _latest(rows: QuerySet) -> Subquery:
    return Subquery(rows.order_by("-recorded_at").values("recorded_at")[:1])


class AwardsFeed(ListFeed):
    listing = listings.AWARDS

    def rows(self) -> QuerySet:
        """Each with the moments of its latest entry, such as a payment, and variation."""
        entries = Entry.objects.filter(commitment__award=OuterRef("pk"))
        variations = Variation.objects.filter(award=OuterRef("pk"))
        return super().rows().annotate(entered_at=_latest(entries), varied_at=_latest(variations))

    def items(self):
        """The newest by what the public sees of them: a payment under an old award is new too."""
        moments = ("published_at", "entered_at", "varied_at")
        known = [Coalesce(moment, Value(LONG_AGO, DateTimeField())) for moment in moments]
        rows = self.rows().annotate(told_at=Greatest(*known))
        return rows.order_by("-told_at", "-pk")[:NEWEST]

    def item_title(self, award: Award) -> str:
        """ "Clubs: £12,000 to Good Charity"."""
        amount = "amount not published,"
        if award.amount is not None:
            amount = qualified_whole(award.amount, award.qualifier)
        is_known = award.recipient is not None or award.recipient_note
        to = f"to {award.public_recipient}" if is_known else "to a recipient that is not stated"
        return f"{award.title}: {amount} {to}"

    def item_updateddate(self, award: Award):
        changed = (super().item_updateddate(award), award.entered_at, award.varied_at)
        return max(filter(None, changed))

    def item_description(self, award: Award) -> str:
        return escape(award.purpose)


class DecisionsFeed(ListFeed):
    listing = listings.DECISIONS

    def items(self):
        """The newest by their publication or latest correction."""
        corrections = DecisionCorrection.objects.filter(decision=OuterRef("pk"))
        corrected = Subquery(corrections.order_by("-number").values("made_at")[:1])
        rows = self.rows().annotate(told_at=Coalesce(corrected, "published_at"))
        return rows.order_by(F("told_at").desc(nulls_last=True), "-pk")[:NEWEST]

    def item_title(self, decision: DecisionNotice) -> str:
        return str(decision)

    def item_description(self, decision: DecisionNotice) -> str:
        """The summary, with what was corrected since."""
        corrected = [correction.in_words for correction in decision.public_corrections]
        return escape("\n".join(filter(None, [decision.public_summary, *corrected])))

    def item_updateddate(self, decision: DecisionNotice):
        corrected = [correction.made_at for correction in decision.public_corrections]
        return max([super().item_updateddate(decision), *corrected])
