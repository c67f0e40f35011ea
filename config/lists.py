"""Every public list of every app, for the pages and the API that show them all."""

from commissioning.opendata.contracts import CONTRACTS
from commissioning.public import listings as commissioning
from programmes.public import listings as programmes

ALL = (*commissioning.ALL, *programmes.ALL)
# The contracts register holds awards once more, in the columns that transparency rules ask for.
IN_API = (*ALL, CONTRACTS)
BY_NAME = {listing.name: listing for listing in ALL}
