"""Every figure in pounds, each computed in one place: sums over the journal.

A position can be asked for as at a day (entries effective by then) and as known at a moment
(entries recorded by then). Pages, downloads, the API and reports all call these functions.
"""

from commissioning.figures.awards import AwardLine, AwardPosition, award_position
from commissioning.figures.periods import years_reached, years_with_money
from commissioning.figures.positions import (
    FIGURES,
    Cell,
    Position,
    Row,
    Table,
    area_totals,
    fund_position,
    position,
    positions,
    source_totals,
    totals_within,
)
from commissioning.figures.services import paid_for
from commissioning.figures.slices import Slice

__all__ = [
    "FIGURES",
    "AwardLine",
    "AwardPosition",
    "Cell",
    "Position",
    "Row",
    "Slice",
    "Table",
    "area_totals",
    "award_position",
    "fund_position",
    "paid_for",
    "position",
    "positions",
    "source_totals",
    "totals_within",
    "years_reached",
    "years_with_money",
]
