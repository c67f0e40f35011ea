"""What transparency adds to what staff see first, and to what stays public."""

from commissioning import hooks
from transparency.admin.waiting import WORK_LISTS
from transparency.models import APPEND_ONLY
from transparency.public import notes
from transparency.public.naming import runs_that_name

hooks.append_only_tables.register(APPEND_ONLY)
hooks.changes.register(notes.changes)
hooks.places_that_name.register(runs_that_name)
hooks.work_lists.register(*WORK_LISTS)
hooks.quick_links.register(
    ("transparency.view_run", "What the law asks to be published", "admin:transparency_due")
)
