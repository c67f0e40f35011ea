"""What is confirmed is what is done, also when two people press at the same moment."""

from datetime import timedelta

import pytest
from django.test import Client

from finance.models import PaymentBatch
from tests import racing
from tests.commissioning import staff
from tests.commissioning.test_confirmed import a_batch_to_be_released


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_paid_on_the_day_that_was_confirmed_or_not_at_all(client, tmp_path):
    """Release and another pay date at the same moment: whoever is second is asked again."""
    batch, page = a_batch_to_be_released(client)
    drafter = Client()
    drafter.force_login(batch.drafted_by)
    day = batch.pay_on + timedelta(days=2)
    told = {"pay_on": str(day)}
    moved = staff.ask(drafter, batch, "reschedule", **told)

    with racing.database_in_a_file(tmp_path):
        answered = racing.race(
            [
                lambda: client.post(staff.address(batch, "release"), staff.confirming(page)),
                lambda: drafter.post(
                    staff.address(batch, "reschedule"), staff.confirming(moved, **told)
                ),
            ]
        )
        after = PaymentBatch.objects.get(pk=batch.pk)

    assert sorted(answer.status_code for answer in answered) == [200, 302]
    if after.status == batch.Status.RELEASED:
        assert after.pay_on == batch.pay_on
