"""`manage.py restate_records`: accept records that were changed outside the actions, as found."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from commissioning import integrity_history, record_states
from commissioning.actions import history
from commissioning.models import HistoryEvent, User


class Command(BaseCommand):
    help = (
        "Names every record that is not what history last recorded of it, and records in history, "
        "with your name and reason, that it is accepted as it is found. For use after a repair in "
        "SQL or a migration that changed data, once every difference is explained."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--by", required=True, help="the user name of the person who accepts them"
        )
        parser.add_argument("--reason", required=True, help="why they differ; kept in history")

    @transaction.atomic
    def handle(self, *args, by, reason, **options):
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{by}”.")
        if not reason.strip():
            raise CommandError("Say why the records differ: --reason.")
        found = 0
        for model in record_states.models_with_states():
            differences = list(integrity_history.differences(model))
            found += len(differences)
            for difference in differences:
                self.stdout.write(str(difference))
            history.record_all(_event(each, user, reason) for each in differences)
        self.stdout.write(f"Accepted as found: {found:,}.")


def _event(found: integrity_history.Difference, by: User, reason: str) -> HistoryEvent:
    if not found.is_gone:
        row = found.model._base_manager.get(pk=found.key)
        return history.event(record_states.FOUND_VERB, row, by, reason=reason)
    noun = found.model._meta.verbose_name
    event = HistoryEvent(
        by_id=by.pk,
        by_name=str(by)[:200],
        verb="accepted that it is gone:",
        subject_type=found.model._meta.model_name,
        subject_id=str(found.key),
        subject_label=f"{noun} {found.key}",
        reason=reason,
    )
    event.removes = [(found.model, found.key)]
    return event
