"""Every public list of every app, for the pages and the API that show them all."""

from commissioning.public import listings as commissioning
from programmes.public import listings as programmes

ALL = (*commissioning.ALL, *programmes.ALL)
BY_NAME = {listing.name: listing for listing in ALL}
