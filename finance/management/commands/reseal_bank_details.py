"""`manage.py reseal_bank_details`: seal bank details with the newest key of BANK_KEY."""

from django.core.management.base import BaseCommand, CommandError

from finance.actions.resealing import reseal_all
from finance.binding import bind_all
from finance.models import BankAccount, PaymentFile


class Command(BaseCommand):
    help = (
        "Seals all bank details and payment files with the first key of BANK_KEY. Put the new key "
        "before the old one, run this, then take the old one out."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--bind",
            action="store_true",
            help="first seal for their own record what an earlier version sealed for none",
        )

    def handle(self, *args, bind, **options):
        if bind:
            bind_all(BankAccount, PaymentFile)
        done = reseal_all()
        self.stdout.write(
            f"Sealed with the newest key: {done.accounts:,} bank accounts, {done.files:,} payment "
            "files."
        )
        if done.refusals:
            raise CommandError(
                "Keep the old keys in BANK_KEY; these could not be opened:\n"
                + "\n".join(done.refusals)
            )
