"""Schedule the returns of every victims' service, and tidy up; meant to run every night."""

from django.core.management.base import BaseCommand

from commissioning import submissions
from victims.actions import clockwork, returns
from victims.models import VictimsService


class Command(BaseCommand):
    help = (
        "Makes the returns of each victims' service what its awards ask for. Run it as often as "
        "you like: what was submitted stays, and a second run changes nothing."
    )

    def handle(self, *args, **options):
        by = clockwork.account()
        services = VictimsService.objects.select_related("service").order_by("pk")
        for service in services:
            made = returns.schedule(service, by=by)
            if made:
                self.stdout.write(f"{service}: {made.added} due, {made.superseded} superseded.")
        forgotten = submissions.forget()
        if forgotten:
            self.stdout.write(f"{forgotten:,} keys of forms sent long ago removed.")
        self.stdout.write(f"{len(services)} victims' services looked at.")
