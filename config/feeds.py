"""Atom feeds: the newest published awards and decisions."""

from django.contrib.syndication.views import Feed
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from commissioning.models import Award, DecisionNotice
from commissioning.public import listings
from commissioning.public.listing import Listing

NEWEST = 50


class ListFeed(Feed):
    """The newest records of a public list, by the moment of publication."""

    feed_type = Atom1Feed
    listing: Listing

    def link(self) -> str:
        return self.listing.address

    def feed_url(self) -> str:
        return f"/feeds/{self.listing.name}.atom"

    def title(self) -> str:
        return f"{self.listing.title}, newest first"

    def subtitle(self) -> str:
        return self.listing.lead

    def items(self):
        rows = self.listing.complete(self.listing.rows())
        return rows.order_by("-published_at", "-pk")[:NEWEST]

    def item_updateddate(self, row):
        return row.published_at or timezone.make_aware(timezone.datetime(2000, 1, 1))

    def item_pubdate(self, row):
        return row.published_at


class AwardsFeed(ListFeed):
    listing = listings.AWARDS

    def item_title(self, award: Award) -> str:
        return f"{award.public_recipient}: {award.title}"

    def item_description(self, award: Award) -> str:
        return award.purpose


class DecisionsFeed(ListFeed):
    listing = listings.DECISIONS

    def item_title(self, decision: DecisionNotice) -> str:
        return str(decision)

    def item_description(self, decision: DecisionNotice) -> str:
        return decision.public_summary
