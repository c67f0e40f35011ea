"""Bank details and payment files are sealed for the record that they belong to.

Needs BANK_KEY. What cannot be opened is left as it is and named: put the right key into BANK_KEY
and run “manage.py reseal_bank_details --bind”.
"""

from django.db import migrations

from finance.binding import bind_all


def bind(apps, schema_editor):
    accounts, files = (apps.get_model("finance", name) for name in ("BankAccount", "PaymentFile"))
    for sentence in bind_all(accounts, files):
        print(f"  {sentence}")  # noqa: T201


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]

    operations = [migrations.RunPython(bind, migrations.RunPython.noop, elidable=True)]
