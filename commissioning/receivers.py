"""What the ledger's own files in forms of others add to its lists, and whom history warns."""

from commissioning import contact_warnings, hooks
from commissioning.models import Award
from commissioning.opendata.grants import given

hooks.open_data.register(Award, given)
hooks.history_recorded.register(contact_warnings.warn)
