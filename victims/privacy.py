"""Free text that may tell who somebody is: found so that staff look at it before it is kept.

A heuristic: it finds what looks like a name, an address or a date. What it finds is shown to the
person who handles the text and goes nowhere else.
"""

import re
from collections.abc import Iterable, Iterator

from commissioning.models import Area
from victims.models import MonitoringReturn

TITLES = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Rev|PC|DC|Sgt"
# A capitalised word: "Jane", "O’Neill", "Smith-Jones", "Seán".
WORD = r"[A-ZÀ-ÖØ-ÞĀ-ž][A-Za-zÀ-ÖØ-öø-ž'’-]*[a-zß-öø-ž]"
TITLED = re.compile(rf"\b(?:{TITLES})\b\.?\s+{WORD}(?:\s+{WORD})?")
PAIR = re.compile(rf"\b{WORD}(?:[ \t]+{WORD})+")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
PHONE = re.compile(r"(?<![\w.])(?:\+\d{2}|0)(?:[\s().-]?\d){8,11}(?!\w)")
MONTHS = """
    January February March April May June July August September October November December
"""
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in MONTHS.split())
DAY = re.compile(
    rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{MONTH})\.?,?\s+\d{{4}})\b"
)
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b")

# Words that stand with a capital and name nobody.
CAPITALISED = """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter Covid
    The This That These Those There They We Our In On At From For And But All No Not One With Of To
    A An It As After Before During Since When While If So Some Most Many Both Each Please Due
    Police Crime Commissioner Ministry Justice Victims Victim Service Services Support Witness Care
    Court Crown Council City Midlands West East North South Centre Hospital University Unit Health
    National Local Referral Referrals Quarter Total Domestic Sexual Violence Abuse Hate Modern
    Slavery Team Home Office Ask Tell See Thank Dear Sorry Add Include
"""
NO_NAMES = frozenset([*MONTHS.split(), *CAPITALISED.split()])

KINDS = [
    ("an e-mail address", EMAIL),
    ("a date of birth", DAY),
    ("a telephone number", PHONE),
    ("a postcode", POSTCODE),
]


def suspicions(text: str, known: Iterable[str] = ()) -> list[str]:
    """A sentence for each thing in the text by which somebody might be recognised.

    Words of `known` names (places, organisations) are no suspicion.
    """
    allowed = NO_NAMES | {word for name in known for word in re.findall(r"\w+", name)}
    found = [(match[0], "a name") for match in TITLED.finditer(text)]
    found += [(name, "a name") for name in _pairs(text, allowed)]
    for what, pattern in KINDS:
        found += [(match[0], what) for match in pattern.finditer(text)]
    told: dict[str, str] = {}
    for words, what in found:
        if not any(words in other for other in told):
            told[words] = f"“{words}” may be {what}."
    return list(told.values())


def suspicions_about(monitoring_return: MonitoringReturn, text: str) -> list[str]:
    """`suspicions` of a text about a return, whose places and organisations are none."""
    service = monitoring_return.service.service
    providers = service.providers.values_list("name", flat=True)
    known = [service.name, *providers, *Area.objects.values_list("name", flat=True)]
    return suspicions(text, known)


def _pairs(text: str, allowed: set[str]) -> Iterator[str]:
    """Two or more capitalised words side by side, none of which is known to be no name."""
    for match in PAIR.finditer(text):
        run: list[str] = []
        for word in [*match[0].split(), ""]:
            if word and word.removesuffix("’s").removesuffix("'s") not in allowed:
                run.append(word)
                continue
            if len(run) > 1:
                yield " ".join(run)
            run = []
