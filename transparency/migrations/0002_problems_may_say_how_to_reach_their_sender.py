"""Whoever tells that something is wrong may say how they can be reached."""

from django.conf import settings
from django.db import migrations, models

import commissioning.fields


class Migration(migrations.Migration):
    dependencies = [
        ("transparency", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="problem",
            name="reach",
            field=commissioning.fields.LineField(
                blank=True,
                editable=False,
                max_length=200,
                verbose_name="how to reach whoever told it",
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), ("reach", ""), _connector="OR"),
                name="problem_closed_forgets_its_sender",
                violation_error_message="A closed message says no longer how to reach its sender.",
            ),
        ),
    ]
