"""Every figure in pounds, each computed in one place: sums over the journal.

A position can be asked for as at a day (entries effective by then) and as known at a moment
(entries recorded by then). Pages, downloads, the API and reports all call these functions.
"""

from commissioning.figures.areas import totals_within
from commissioning.figures.awards import AwardLine, AwardPosition, award_position
from commissioning.figures.cells import Cell
from commissioning.figures.commitments import awarded, by_theme, by_year, top_recipients
from commissioning.figures.periods import years_reached, years_with_money
from commissioning.figures.position import FIGURES, Position
from commissioning.figures.positions import (
    Row,
    Table,
    area_totals,
    fund_position,
    position,
    positions,
    source_totals,
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
    "awarded",
    "by_theme",
    "by_year",
    "fund_position",
    "paid_for",
    "position",
    "positions",
    "source_totals",
    "top_recipients",
    "totals_within",
    "years_reached",
    "years_with_money",
]
