"""Remind providers of the returns that they owe; meant to run every day."""

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from commissioning.days import in_words
from victims.actions import clockwork, reminders


class Command(BaseCommand):
    help = (
        "Writes to each provider that owes a monitoring return within a week, or longer ago; once "
        "a week at most. The messages hold no figures."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Say which returns are owed and send nothing."
        )

    def handle(self, *args, dry_run: bool, **options):
        today = timezone.localdate()
        if dry_run:
            for row in reminders.due_for_reminder(today):
                self.stdout.write(f"{row}: due on {in_words(row.wanted_on)}")
            return
        if isinstance(get_connection(), EmailBackend) and not settings.EMAIL_HOST:
            raise CommandError(
                "No mail server is set, so nothing was sent. Set EMAIL_HOST (docs/operating.md)."
            )
        reminded = reminders.remind(today, by=clockwork.account())
        for service in reminded.without_address:
            self.stdout.write(f"{service} owes a return and has no e-mail address.")
        self.stdout.write(f"Providers reminded: {reminded.sent}.")
        if reminded.refused:
            told = "\n".join(f"- {service}: {error}" for service, error in reminded.refused)
            raise CommandError(
                f"Not sent, because the mail server refused:\n{told}\nPut the addresses right, or "
                "the mail server. The next run tries these again."
            )
