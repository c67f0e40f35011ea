"""Services for victims, what their providers count, and their returns; see docs/glossary.md."""

from victims.models.indicators import Counted, IndicatorSet
from victims.models.returns import MonitoringReturn, ReturnCount
from victims.models.services import Period, Post, VictimsService

__all__ = [
    "Counted",
    "IndicatorSet",
    "MonitoringReturn",
    "Period",
    "Post",
    "ReturnCount",
    "VictimsService",
]
