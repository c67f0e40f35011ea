"""`manage.py accept_clock`: record that the clock is right, after it was wrong or after a rest."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from commissioning.actions import history
from commissioning.models import User
from commissioning.triggers.clock import ACCEPTED


class Command(BaseCommand):
    help = (
        "Nothing is recorded while the clock is far from the last event of history. Put the clock "
        "right first; if it is right, because it was wrong before or nobody recorded anything for "
        "a long time, this records so in history, and recording goes on."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--by", required=True, help="the user name of the person who checked the clock"
        )
        parser.add_argument("--reason", required=True, help="what happened; kept in history")

    @transaction.atomic
    def handle(self, *args, by, reason, **options):
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None or not reason.strip():
            raise CommandError("Give the user name of an active account, and say what happened.")
        event = history.event(ACCEPTED, user, user, reason=reason)
        event.is_of_change, event.subject_label = False, "the clock"
        history.record_all([event])
        self.stdout.write("Recorded. The time of this event counts from now on.")
