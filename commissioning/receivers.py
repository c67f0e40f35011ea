"""What the ledger's own files in forms of others add to its lists."""

from commissioning import hooks
from commissioning.models import Award
from commissioning.opendata.grants import given

hooks.open_data.register(Award, given)
