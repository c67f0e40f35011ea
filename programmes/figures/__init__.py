"""Every count that is shown, worked out in one place from recorded or released figures.

`programmes.reporting_rules` says what may be said of figures; this says it of measures.
"""

from programmes.figures.adding import Over, Total, Trees, add_up, as_total, remainder, share
from programmes.figures.cost import Cost, cost
from programmes.figures.places import figures_of
from programmes.figures.results import Judged, Result, against, by_measure, headline, is_trend
from programmes.figures.words import said, shown, with_unit

__all__ = [
    "Cost",
    "Judged",
    "Over",
    "Result",
    "Total",
    "Trees",
    "add_up",
    "against",
    "as_total",
    "by_measure",
    "cost",
    "figures_of",
    "headline",
    "is_trend",
    "remainder",
    "said",
    "share",
    "shown",
    "with_unit",
]
