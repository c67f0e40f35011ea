"""Statistical disclosure control: which counts of a release may be shown.

A count from 1 to the threshold could point at a person, so it is hidden; so are as many other
figures as it takes that nobody can work it out. Pure arithmetic without Django: `protect` takes all
tables of a release at once, and every page, file, chart and text shows what it decided.

Guaranteed against an outsider who has read everything that was ever released here, knows every sum
and percentage that ties the figures, that counts are whole and not below nought, and which figures
were corrected since, and who has any amount of computing:

- every small figure, of this release or an earlier one, could also be *above* its threshold, so
  that nobody can tell that it is small; where earlier releases leave no room for that, it could at
  least be another count, and is in `narrowed`; where not even that, it is in `exposed`, for staff
  to see before they publish;
- all this holds against an outsider who knows that figures are made up of counts that nobody
  published (a Crossing), and that none of these is below nought;
- every figure hidden to protect another could be another count too. One that could not is shown,
  because hiding it would keep nothing back;
- a percentage is shown only if all this stays true for those who know it, and never when it stands
  on a small number of people that is not public.

The proof for each small figure is another whole table with the same shown figures, checked in whole
numbers. What is hidden is what these tables change.

Not guaranteed: relations that nobody declared (who is left of a whole is a part of a Sum that is
`withheld`: programmes/relations finds these, and the crossings); what someone knows from elsewhere,
such as a person who knows their own case; that a range is wide (`could_be` tells how wide it is);
what could be guessed from which of several safe choices was taken. Later releases are decided in
the light of *all* earlier ones: pass them all.
"""

from programmes.disclosure.clock import NotProven
from programmes.disclosure.protection import DEFAULT_THRESHOLD, Protected, protect, tied_together
from programmes.disclosure.published import Crossing, Earlier, Key, Share, State, Sum

__all__ = [
    "DEFAULT_THRESHOLD",
    "Crossing",
    "Earlier",
    "Key",
    "NotProven",
    "Protected",
    "Share",
    "State",
    "Sum",
    "protect",
    "tied_together",
]
