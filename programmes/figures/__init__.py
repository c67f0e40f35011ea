"""Every count that is shown, worked out in one place from recorded or released figures."""

from programmes.figures.adding import Over, Total, add_up, as_total, remainder, share
from programmes.figures.cost import Cost, cost
from programmes.figures.results import Result, by_measure, headline
from programmes.figures.words import is_met, said, shown, verdict, with_unit

__all__ = [
    "Cost",
    "Over",
    "Result",
    "Total",
    "add_up",
    "as_total",
    "by_measure",
    "cost",
    "headline",
    "is_met",
    "remainder",
    "said",
    "share",
    "shown",
    "verdict",
    "with_unit",
]
