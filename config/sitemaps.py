"""The sitemap: every public page that a search engine may show."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from commissioning.opendata.contracts import CONTRACTS
from commissioning.public import listings
from commissioning.public.listing import Listing
from config import lists


class ListSitemap(Sitemap):
    """The pages of a list's records."""

    # A sitemap file may hold 50,000 addresses; smaller ones are read in less memory.
    limit = 10_000

    def __init__(self, listing: Listing):
        self.listing = listing

    def items(self):
        return self.listing.rows().order_by("pk")

    def location(self, row) -> str:
        (page,) = (column for column in self.listing.columns if column.name == "url")
        return page.of(row)

    def lastmod(self, row):
        return getattr(row, "published_at", None)


class PagesSitemap(Sitemap):
    """Pages that are no record's, and the lists themselves."""

    def items(self) -> list[str]:
        own = [
            "home",
            "victims",
            "data",
            "data-dictionary",
            "transparency",
            "public:compare",
            "public:glossary",
            "accessibility",
            "api-docs",
        ]
        return [
            *map(reverse, own),
            CONTRACTS.address,
            *(listing.address for listing in lists.ALL),
        ]

    def location(self, address: str) -> str:
        return address


SITEMAPS = {
    "pages": PagesSitemap,
    **{
        listing.name: ListSitemap(listing)
        for listing in lists.ALL
        # A budget's address is a place on its fund's page.
        if listing.has_pages and listing is not listings.BUDGETS
    },
}
