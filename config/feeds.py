"""Atom feeds: the newest published awards and decisions."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from commissioning.models import (
    Award,
    DecisionCorrection,
    DecisionNotice,
    Entry,
    Organisation,
    Variation,
)
from commissioning.public import downloads, edits, listings
from commissioning.public.listing import Listing
from commissioning.templatetags.figures import qualified_whole

NEWEST = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class ListFeed(Feed):
    """The newest records of a public list, by what the public last saw change of them."""

    feed_type = Atom1Feed
    listing: Listing

    def author_name(self) -> str:
        return settings.OFFICE["name"]

    def feed_copyright(self) -> str:
        return downloads.LICENCE

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
        """Published records, each with `told_at`: when it was published or its money changed."""
        raise NotImplementedError

    def lately_edited(self) -> Q:
        """The records of which something may have been edited lately."""
        return Q(pk__in=edits.lately_changed(self.listing.model, NEWEST))

    def edits(self, rows: list) -> dict[int, datetime]:
        """When the public text of each was last edited, by key."""
        return edits.last_changes(self.listing.model, [row.pk for row in rows])

    def items(self) -> list:
        """The newest by publication, by money and by edits, each known by `updated_at`."""
        newest = self.rows().order_by(F("told_at").desc(nulls_last=True), "-pk")[:NEWEST]
        found = {row.pk: row for row in (*newest, *self.rows().filter(self.lately_edited()))}
        rows = list(found.values())
        edited = self.edits(rows)
        for row in rows:
            row.updated_at = max(filter(None, [row.told_at, edited.get(row.pk), LONG_AGO]))
        return sorted(rows, key=lambda row: (row.updated_at, row.pk), reverse=True)[:NEWEST]

    def item_updateddate(self, row):
        return row.updated_at

    def item_pubdate(self, row):
        return row.published_at


def _lasting(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"{settings.OFFICE['funder_id']} {name}").urn


def _latest(rows: QuerySet, moment: str = "recorded_at") -> Coalesce:
    newest = Subquery(rows.order_by(f"-{moment}").values(moment)[:1])
    return Coalesce(newest, Value(LONG_AGO, DateTimeField()))


class AwardsFeed(ListFeed):
    listing = listings.AWARDS
    # Of a recipient, what an entry shows.
    OF_RECIPIENT = ("name", "withhold")

    def rows(self) -> QuerySet:
        entries = Entry.objects.filter(commitment__award=OuterRef("pk"))
        variations = Variation.objects.filter(award=OuterRef("pk"))
        published = Coalesce("published_at", Value(LONG_AGO, DateTimeField()))
        told_at = Greatest(published, _latest(entries), _latest(variations))
        return self.listing.complete(self.listing.rows()).annotate(told_at=told_at)

    def lately_edited(self) -> Q:
        recipients = edits.lately_changed(Organisation, NEWEST)
        return super().lately_edited() | Q(recipient__in=recipients)

    def edits(self, rows: list[Award]) -> dict[int, datetime]:
        """Those of its recipient’s name too."""
        keys = {row.recipient_id for row in rows} - {None}
        of_recipients = edits.last_changes(Organisation, keys, self.OF_RECIPIENT)
        own = super().edits(rows)
        both = {row.pk: (own.get(row.pk), of_recipients.get(row.recipient_id)) for row in rows}
        return {key: max(filter(None, moments)) for key, moments in both.items() if any(moments)}

    def item_title(self, award: Award) -> str:
        """ "Clubs: £12,000 to Good Charity"."""
        amount = "amount not published,"
        if award.amount is not None:
            amount = qualified_whole(award.amount, award.qualifier)
        is_known = award.recipient is not None or award.recipient_note
        to = f"to {award.public_recipient}" if is_known else "to a recipient that is not stated"
        return f"{award.title}: {amount} {to}"

    def item_description(self, award: Award) -> str:
        return escape(award.purpose)


class DecisionsFeed(ListFeed):
    listing = listings.DECISIONS

    def rows(self) -> QuerySet:
        corrections = DecisionCorrection.objects.filter(decision=OuterRef("pk"))
        published = Coalesce("published_at", Value(LONG_AGO, DateTimeField()))
        told_at = Greatest(published, _latest(corrections, "made_at"))
        return self.listing.complete(self.listing.rows()).annotate(told_at=told_at)

    def item_title(self, decision: DecisionNotice) -> str:
        return str(decision)

    def item_description(self, decision: DecisionNotice) -> str:
        """The summary, with what was corrected since."""
        corrected = [correction.in_words for correction in decision.public_corrections]
        return escape("\n".join(filter(None, [decision.public_summary, *corrected])))
