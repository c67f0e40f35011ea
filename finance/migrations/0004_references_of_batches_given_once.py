"""References of payment batches are kept with those of awards."""

from django.db import migrations

from commissioning.triggers.references import keep_all


def keep(apps, schema_editor):
    held = apps.get_model("finance", "PaymentBatch").objects.order_by("pk")
    given = apps.get_model("commissioning", "GivenReference")
    keep_all(given, "PB", held.values_list("reference", "pk"))


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0003_closing_statements"),
        ("commissioning", "0014_references_given_once"),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
