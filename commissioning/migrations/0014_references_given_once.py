"""References that the register gave are kept, those of drafts that were removed included."""

from django.db import migrations, models

from commissioning.triggers.references import keep_all


def keep(apps, schema_editor):
    award, event, given = (
        apps.get_model("commissioning", name)
        for name in ("Award", "HistoryEvent", "GivenReference")
    )
    held = list(award.objects.order_by("pk").values_list("reference", "pk"))
    removed = event.objects.filter(verb="removed", subject_type="award").order_by("pk")
    held += [
        (before["reference"], int(key))
        for before, key in removed.values_list("before", "subject_id")
        if before and before.get("reference") and key.isdigit()
    ]
    keep_all(given, "A", held)


class Migration(migrations.Migration):
    dependencies = [
        ("commissioning", "0013_payments_returned_unpaid"),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenReference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=10)),
                ("number", models.BigIntegerField()),
                ("reference", models.CharField(max_length=60)),
                ("holder", models.BigIntegerField()),
            ],
            options={
                "ordering": ["series", "number"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["series", "number"], name="given_reference_by_number")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference",),
                        name="reference_is_given_once",
                        violation_error_message="That reference belonged to a record that was removed. No reference is used twice: leave it empty to have the next one given.",
                    )
                ],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=True),
    ]
