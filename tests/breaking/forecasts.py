"""How to break each constraint of forecasts."""

from tests import builders as a
from tests.breaking.tools import anew

HOW = {
    "forecast_is_not_below_nothing": lambda: anew(a.a_forecast(), outturn=a.pounds("-0.01")),
    "forecast_has_a_reason": lambda: anew(a.a_forecast(), reason=""),
}
