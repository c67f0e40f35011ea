"""The steps of a monitoring return, from the day it is due to the books."""

from collections.abc import Iterator

from commissioning.admin.forms import VerbForm, day, prose
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from victims import privacy, rules
from victims.actions import returns
from victims.grids import WHOLE, Known, grids_of, values_of
from victims.models import MonitoringReturn

Status = MonitoringReturn.Status
# Numbers that one page names.
SHOWN = 8


class ToPutRightForm(VerbForm):
    reason = prose(
        "What is to be put right",
        help_text="Stands on the form that the provider gets. Nothing about one person.",
    )


class ExtendForm(VerbForm):
    extended_to = day("New last day", initial=None)
    reason = prose("Reason", help_text="Kept in the record's history. For staff.")


def is_in(*states: str):
    """A test of a return: whether it is in one of the states."""
    return lambda monitoring_return: monitoring_return.status in states


def wary(monitoring_return: MonitoringReturn, given: dict) -> list[str]:
    """What in the reason may tell who somebody is."""
    found = privacy.suspicions_about(monitoring_return, given["reason"])
    return [f"{sentence} Go back and take it out, unless it is nobody." for sentence in found]


def what_it_says(monitoring_return: MonitoringReturn, given: dict) -> list[str]:
    """The whole of each thing counted, for whoever stands for it."""
    values = values_of(monitoring_return)
    return [
        f"You will stand for what “{monitoring_return}” says. In all:",
        *(
            f"{counted}: {_told(values[counted, WHOLE])}"
            for grid in grids_of(monitoring_return.service)
            for counted in grid.columns
            if (counted, WHOLE) in values
        ),
        "Somebody else accepts it then.",
    ]


def what_follows(monitoring_return: MonitoringReturn, given: dict) -> list[str]:
    """What accepting records, and what it changes of an earlier version."""
    count = monitoring_return.counts.count()
    earlier = _accepted_before(monitoring_return)
    said = ["Nothing of it is public until figures of these measures are released."]
    if earlier is None:
        return [f"{_numbers(count)} will be recorded as figures of the service’s measures.", *said]
    changes = list(_changes(earlier, monitoring_return))
    if not changes:
        return ["No number differs from the version that is accepted now.", *said]
    shown = "; ".join(changes[:SHOWN])
    more = f"; and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
    return [f"{_numbers(len(changes))} will be corrected: {shown}{more}.", *said]


def gaps(monitoring_return: MonitoringReturn, given: dict) -> list[str]:
    """What the return leaves open."""
    values = values_of(monitoring_return)
    missing = sum(not isinstance(known, int) for known in values.values())
    found = []
    if missing:
        verb = "is" if missing == 1 else "are"
        found.append(f"{_numbers(missing)} {verb} missing. Figures made of them will not be known.")
    for counted, number in rules.area_not_known(grids_of(monitoring_return.service), values):
        found.append(f"{counted}: {number:,} of all areas are in no area that is named.")
    return found


def _accepted_before(monitoring_return: MonitoringReturn) -> MonitoringReturn | None:
    return MonitoringReturn.objects.filter(
        service=monitoring_return.service_id,
        starts_on=monitoring_return.starts_on,
        ends_on=monitoring_return.ends_on,
        status=Status.ACCEPTED,
    ).first()


def _changes(earlier: MonitoringReturn, later: MonitoringReturn) -> Iterator[str]:
    before, after = values_of(earlier), values_of(later)
    for grid in grids_of(later.service):
        for counted in grid.columns:
            for spot in grid.spots:
                was, now = before.get((counted, spot)), after.get((counted, spot))
                if was != now and now is not None:
                    place = f"{counted}, {grid.said(spot)}"
                    yield f"{place}: {_told(now)} in the place of {_told(was)}"


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count:,} numbers"


def _told(known: Known | None) -> str:
    if known is None:
        return "nothing"
    return f"{known:,}" if isinstance(known, int) else str(known.label)


RETURN = ["service__service", "service__indicator_set", "service__returns", "counts"]

RETURN_VERBS = [
    Verb(
        name="certify",
        label="Certify",
        permissions=["certify_monitoringreturn"],
        relies_on=RETURN,
        explains="Stand for its numbers as a finance officer.",
        is_possible=is_in(Status.SUBMITTED),
        rules=[rules.certifier_is_not_submitter],
        says=what_it_says,
        warns=gaps,
        do=lambda row, given, by: returns.certify(row, by=by),
        done="Certified",
        many=True,
    ),
    Verb(
        name="accept",
        label="Accept",
        permissions=["accept_monitoringreturn"],
        relies_on=RETURN,
        explains="Take its numbers into the books.",
        is_possible=is_in(Status.CERTIFIED),
        rules=[rules.acceptor_is_not_certifier],
        says=what_follows,
        warns=gaps,
        do=lambda row, given, by: returns.accept(row, by=by),
        done="Accepted",
        many=True,
    ),
    Verb(
        name="send-back",
        label="Send back",
        permissions=["submit_monitoringreturn", "certify_monitoringreturn"],
        relies_on=RETURN,
        explains="Ask the provider to put something right.",
        form=ToPutRightForm,
        is_possible=is_in(Status.SUBMITTED, Status.CERTIFIED),
        says=lambda row, given: [
            "The provider owes it again. Download its form, which says what is to be put right, "
            "and send it."
        ],
        warns=wary,
        do=lambda row, given, by: returns.send_back(row, reason=given["reason"], by=by),
        done="Sent back",
    ),
    Verb(
        name="extend",
        label="Give more time",
        permissions=["schedule_monitoringreturn"],
        relies_on=RETURN,
        explains="The day on which it was due stays on record.",
        form=ExtendForm,
        is_possible=is_in(*MonitoringReturn.OWED),
        says=lambda row, given: [
            f"It was due on {in_words(row.due_on)}, and will be in time until "
            f"{in_words(given['extended_to'])}."
        ],
        warns=wary,
        do=lambda row, given, by: returns.extend(
            row, given["extended_to"], reason=given["reason"], by=by
        ),
        done="More time given for",
    ),
    Verb(
        name="reopen",
        label="Reopen",
        permissions=["reopen_monitoringreturn"],
        relies_on=RETURN,
        explains="Let the provider correct it. Its numbers stand until the correction is accepted.",
        form=ToPutRightForm,
        is_possible=is_in(Status.ACCEPTED),
        rules=[lambda row, by: rules.can_be_reopened(row)],
        says=lambda row, given: [
            f"A new version of the return for {row.period} will be open, with the numbers of this "
            "one to start from.",
            "What was released stays as it is until it is released anew.",
        ],
        warns=wary,
        do=lambda row, given, by: returns.reopen(row, reason=given["reason"], by=by),
        done="Reopened",
    ),
]
