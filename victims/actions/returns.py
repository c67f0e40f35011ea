"""The life of a monitoring return: scheduled, submitted, certified, accepted, reopened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning.actions import history, records
from commissioning.models import Award, User, Variation
from commissioning.rules import reason_is_given
from victims import periods, rules
from victims.actions import posting
from victims.grids import Values, count_at, grids_of
from victims.models import MonitoringReturn, ReturnCount, VictimsService

Status = MonitoringReturn.Status


@dataclass(frozen=True)
class Scheduled:
    """What a new schedule changed: how many returns were added, and how many fell away."""

    added: int = 0
    superseded: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.superseded)


# --- Schedule -------------------------------------------------------------------------------------


@transaction.atomic
def schedule(service: VictimsService, *, by: User) -> Scheduled:
    """Make the service's returns what its awards ask for; doing it again changes nothing.

    What was ever submitted stays, and its days are not asked for again. A return that is only due
    and no longer asked for is superseded.
    """
    records.lock(service)
    returns = list(service.returns.select_for_update(no_key=True).order_by("pk"))
    kept = [(row.starts_on, row.ends_on) for row in returns if row.status in MonitoringReturn.HELD]
    idle = {
        (row.starts_on, row.ends_on): row
        for row in sorted(returns, key=lambda row: row.version)
        if row.status not in MonitoringReturn.HELD
    }
    owed = periods.owed(service.period, _funded(service), kept)
    added = [_ask_for(service, span, idle.get(span), by) for span in owed]
    dropped = [row for span, row in idle.items() if span not in owed and row.status == Status.DUE]
    for row in dropped:
        records.move(row, Status.SUPERSEDED, by=by, reason="The schedule changed.")
    return Scheduled(sum(added), len(dropped))


def follow_award(award: Award, by: User) -> None:
    """Schedule anew the service of an award whose dates have changed."""
    if award.service_id is None:
        return
    for service in VictimsService.objects.filter(service=award.service_id):
        schedule(service, by=by)


def _funded(service: VictimsService) -> Iterator[periods.Span]:
    """The days for which awards of the service were promised; one that was ended counts until then.

    Days before the service reports here are left out. An award without both its days says nothing.
    """
    ends = dict(
        Variation.objects.filter(
            award__service=service.service_id, kind=Variation.Kind.TERMINATION
        ).values_list("award", "effective_on")
    )
    awards = Award.objects.filter(
        service=service.service_id,
        status__in=Award.PROMISED,
        starts_on__isnull=False,
        ends_on__isnull=False,
    )
    for award in awards:
        first_day = max(award.starts_on, service.reports_from or award.starts_on)
        last_day = min(award.ends_on, ends.get(award.pk, award.ends_on))
        if last_day >= first_day:
            yield first_day, last_day


def _ask_for(
    service: VictimsService, span: periods.Span, row: MonitoringReturn | None, by: User
) -> bool:
    """Have a return due for the span; True if it was not."""
    due_on = span[1] + timedelta(days=service.days_until_due)
    if row is not None and (row.status, row.due_on) == (Status.DUE, due_on):
        return False
    is_new = row is None or row.status != Status.DUE
    row = row or MonitoringReturn(service=service, starts_on=span[0], ends_on=span[1])
    before = {} if row.pk is None else _days(row)
    row.status, row.due_on = Status.DUE, due_on
    if row.extended_to and row.extended_to <= due_on:
        row.extended_to = None
    row.full_clean(validate_constraints=False)
    records.save_checked(row)
    history.record("scheduled", row, by, before=before, after=_days(row))
    return is_new


def _days(row: MonitoringReturn) -> dict:
    return {"status": row.status, "due_on": str(row.due_on)}


@transaction.atomic
def extend(monitoring_return: MonitoringReturn, to: date, *, reason: str, by: User) -> None:
    """Give the provider more time; the day on which it was due stays on record."""
    reason_is_given(reason)
    records.lock(monitoring_return)
    rules.can_be_extended(monitoring_return, to)
    before = monitoring_return.extended_to
    monitoring_return.extended_to = to
    monitoring_return.clean_fields()
    records.save_checked(monitoring_return)
    history.record(
        "extended",
        monitoring_return,
        by,
        before={"extended_to": str(before)} if before else None,
        after={"extended_to": str(to)},
        reason=reason,
    )


# --- From the provider to the books ---------------------------------------------------------------


@transaction.atomic
def submit(
    monitoring_return: MonitoringReturn, values: Values, *, by: User, comments: str = ""
) -> None:
    """Take in everything that a provider counted, in the place of what was there before."""
    records.lock(monitoring_return)
    rules.may_follow(monitoring_return, Status.SUBMITTED)
    rules.period_is_over(monitoring_return, timezone.localdate())
    grids = grids_of(monitoring_return.service)
    rules.every_cell_is_told(grids, values)
    rules.counts_agree(grids, values)
    monitoring_return.comments = comments
    monitoring_return.clean_fields()
    _write(monitoring_return, values)
    monitoring_return.submitted_by, monitoring_return.submitted_at = by, timezone.now()
    monitoring_return.certified_by = monitoring_return.certified_at = None
    monitoring_return.to_put_right = ""
    records.move(monitoring_return, Status.SUBMITTED, by=by)


@transaction.atomic
def send_back(monitoring_return: MonitoringReturn, *, reason: str, by: User) -> None:
    """Ask the provider to put something right."""
    reason_is_given(reason)
    records.lock(monitoring_return)
    rules.may_follow(monitoring_return, Status.SENT_BACK)
    monitoring_return.certified_by = monitoring_return.certified_at = None
    monitoring_return.to_put_right = reason
    records.move(monitoring_return, Status.SENT_BACK, by=by, reason=reason)


@transaction.atomic
def certify(monitoring_return: MonitoringReturn, *, by: User) -> None:
    """Stand for a return as a finance officer: it agrees with what the office knows."""
    records.lock(monitoring_return)
    rules.may_follow(monitoring_return, Status.CERTIFIED)
    rules.certifier_is_not_submitter(monitoring_return, by)
    monitoring_return.certified_by, monitoring_return.certified_at = by, timezone.now()
    records.move(monitoring_return, Status.CERTIFIED, by=by)


@transaction.atomic
def accept(monitoring_return: MonitoringReturn, *, by: User) -> posting.Posted:
    """Take a certified return into the books: its numbers become figures of measures.

    They stand in the place of those of an earlier version, which is superseded.
    """
    # Two returns of a service that are accepted at once share its measures.
    records.lock(monitoring_return.service)
    records.lock(monitoring_return)
    rules.may_follow(monitoring_return, Status.ACCEPTED)
    rules.acceptor_is_not_certifier(monitoring_return, by)
    earlier = _same_period(monitoring_return).filter(status=Status.ACCEPTED).first()
    if earlier is not None:
        records.move(earlier, Status.SUPERSEDED, by=by)
    monitoring_return.accepted_by, monitoring_return.accepted_at = by, timezone.now()
    records.move(monitoring_return, Status.ACCEPTED, by=by)
    return posting.post(monitoring_return, by=by)


@transaction.atomic
def reopen(monitoring_return: MonitoringReturn, *, reason: str, by: User) -> MonitoringReturn:
    """A new version of an accepted return, sent back to be corrected.

    The accepted one and its figures stand until the new one is accepted.
    """
    reason_is_given(reason)
    records.lock(monitoring_return)
    rules.can_be_reopened(monitoring_return)
    last = _same_period(monitoring_return).aggregate(last=Max("version"))["last"]
    new = MonitoringReturn(
        service=monitoring_return.service,
        starts_on=monitoring_return.starts_on,
        ends_on=monitoring_return.ends_on,
        version=last + 1,
        due_on=timezone.localdate() + timedelta(days=monitoring_return.service.days_until_due),
        status=Status.SENT_BACK,
        to_put_right=reason,
        comments=monitoring_return.comments,
    )
    new.full_clean(validate_constraints=False)
    records.save_checked(new)
    counts = list(monitoring_return.counts.all())
    for count in counts:
        count.pk, count.monitoring_return = None, new
    ReturnCount.objects.bulk_create(counts, batch_size=500)
    history.record("reopened", monitoring_return, by, reason=reason)
    history.record("opened as a new version", new, by, after=_days(new), reason=reason)
    return new


def _write(monitoring_return: MonitoringReturn, values: Values) -> None:
    counts = [
        count_at(monitoring_return, counted, spot, known)
        for (counted, spot), known in values.items()
    ]
    monitoring_return.counts.all().delete()
    with records.told_as_rules(ReturnCount):
        ReturnCount.objects.bulk_create(counts, batch_size=500)


def _same_period(monitoring_return: MonitoringReturn):
    return MonitoringReturn.objects.select_for_update(no_key=True).filter(
        service=monitoring_return.service_id,
        starts_on=monitoring_return.starts_on,
        ends_on=monitoring_return.ends_on,
    )
