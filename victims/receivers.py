"""What monitoring returns add to awards, to the year end and to what staff see first."""

from django.apps import apps

from commissioning import hooks
from victims import under_way
from victims.actions import returns
from victims.admin.waiting import RETURN_LISTS, owed_in
from victims.figures import returns_owed

hooks.award_dates_changed.register(returns.follow_award)
hooks.work_lists.register(*RETURN_LISTS)
hooks.work_under_way.register(*under_way.KINDS)
hooks.kept_tables.register(
    {
        "victims_monitoringreturn": "return_is_kept: A monitoring return is never removed. Reopen "
        "it as a new version instead."
    }
)
if apps.is_installed("finance"):
    from finance import hooks as finance
    from finance.figures.year_end import Check

    owed = Check("returns", "Monitoring returns not received", returns_owed)
    finance.year_end_checks.register((owed, owed_in))
