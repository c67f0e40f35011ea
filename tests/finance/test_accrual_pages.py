"""Pages of accruals and prepayments: the list of a month, a line of it, and the file."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning import roles
from commissioning.models import HistoryEvent
from commissioning.rules import RuleBroken
from finance.actions import accruals as actions
from finance.models import Accrual
from tests import builders as a
from tests.finance.test_accruals import of

AT = a.YEAR_END
Kind, Choice = Accrual.Kind, Accrual.Choice


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def finance(self, client):
        user = a.a_finance_officer()
        client.force_login(user)
        return user

    def listed(self, client, **asked):
        return client.get(reverse("admin:accruals"), {"as_at": str(AT), **asked})

    def test_the_list_accepts_what_is_ticked(self, client, finance):
        first, second = a.an_accrued_award(36_500), a.an_accrued_award(3_650)
        page = self.listed(client)
        rows = page.context["rows"]
        assert [row.item.amount for row in rows] == [a.pounds(9_000), a.pounds(900)]

        told = {"as_at": str(AT), "rows": [rows[0].token]}
        page = client.post(reverse("admin:accruals_accept"), told, follow=True)

        assert "Accepted: 1, together £9,000.00." in page.content.decode()
        assert of(first).decided.decided_by == finance
        assert of(second).decided is None

    def test_what_is_ticked_is_accepted_only_as_it_was_looked_at(self, client, finance):
        award = a.an_accrued_award(36_500)
        (row,) = self.listed(client).context["rows"]
        a.a_payment(1, award, paid_on=date(2026, 2, 1))
        for ticked in ([row.token], ["x"], []):
            told = {"as_at": str(AT), "rows": ticked}
            page = client.post(reverse("admin:accruals_accept"), told, follow=True)
            assert "Nothing has been decided." in page.content.decode()
        assert not Accrual.objects.exists()

    def test_all_are_accepted_only_as_they_were_looked_at(self, client, finance):
        award = a.an_accrued_award(36_500)
        seen = str(self.listed(client).context["open_total"])
        a.a_payment(1, award, paid_on=date(2026, 2, 1))
        told = {"as_at": str(AT), "show": "open", "all": seen}

        page = client.post(reverse("admin:accruals_accept"), told, follow=True)
        assert "The list has changed while you looked" in page.content.decode()
        assert not Accrual.objects.exists()

        told["all"] = str(page.context["open_total"])
        client.post(reverse("admin:accruals_accept"), told)
        assert Accrual.objects.get().amount == a.pounds(8_999)

    def test_a_line_is_adjusted_or_left_out_on_its_page(self, client, finance):
        award = a.an_accrued_award(36_500)
        address = reverse("admin:accruals_line", args=[award.commitments.get().pk])
        page = client.get(address, {"as_at": str(AT)})
        assert "90 of the 365 days" in page.content.decode()

        told = {"as_at": str(AT), "choice": "adjusted", "amount": "8000", "reason": ""}
        page = client.post(address, told)
        assert "Say why." in page.content.decode()
        page = client.post(address, {**told, "amount": "9999999", "reason": "A slip."})
        assert "£9,999,999.00 cannot be accrued" in page.content.decode()
        client.post(address, {**told, "reason": "The post was vacant."})
        assert of(award).amount == a.pounds(8_000)
        client.post(address, {**told, "choice": "left_out", "reason": "It never began."})

        assert of(award).amount == 0
        page = client.get(address, {"as_at": str(AT)})
        assert page.content.decode().count("The post was vacant.") == 1

    @pytest.mark.parametrize("choice", ["adjusted", "left_out"])
    def test_what_was_adjusted_or_left_out_is_put_back_to_what_is_worked_out(
        self, client, finance, choice
    ):
        award = a.an_accrued_award(36_500)
        address = reverse("admin:accruals_line", args=[award.commitments.get().pk])
        told = {"as_at": str(AT), "choice": choice, "amount": "8000", "reason": "They said so."}
        client.post(address, told)
        assert of(award).amount != a.pounds(9_000)

        page = client.post(address, {"as_at": str(AT), "choice": "accepted"}, follow=True)
        assert f"Decided: {award.reference}." in page.content.decode()
        assert of(award).amount == a.pounds(9_000)
        assert of(award).decided.choice == Choice.ACCEPTED

        page = client.post(address, {"as_at": str(AT), "choice": "accepted"})
        assert "is decided on already" in page.content.decode()
        assert Accrual.objects.count() == 2

    def test_one_that_was_added_and_is_not_worked_out_is_taken_back(self, client, finance):
        award = a.an_accrued_award(36_500, paid=9_000)
        line = award.commitments.get()
        actions.adjust(line, AT, a.pounds(50), reason="A late invoice.", by=finance)
        address = reverse("admin:accruals_line", args=[line.pk])

        told = {"as_at": str(AT), "choice": "accepted", "kind": "accrual"}
        client.post(address, told)

        assert of(award) is None

    def test_the_list_accepts_nothing_that_somebody_adjusted_meanwhile(self):
        line = a.an_accrued_award(36_500).commitments.get()
        by = a.a_finance_officer()
        actions.adjust(line, AT, a.pounds(1), reason="They said so.", by=by)

        with pytest.raises(RuleBroken, match="is decided on already"):
            actions.accept([line.pk], AT, by=by)

    def test_the_list_opens_on_the_month_that_ended_last(self, client, finance):
        today = timezone.localdate()
        last = today.replace(day=1) - timedelta(days=1)
        award = a.an_accrued_award(36_500, starts_on=last.replace(day=1), ends_on=today)

        page = client.get(reverse("admin:accruals"))

        assert page.context["as_at"] == last
        assert [row.item.reference for row in page.context["rows"]] == [award.reference]

    def test_an_amount_below_nothing_is_refused_in_a_sentence(self, client, finance):
        award = a.an_accrued_award(36_500)
        address = reverse("admin:accruals_line", args=[award.commitments.get().pk])
        told = {"as_at": str(AT), "choice": "adjusted", "amount": "-1", "reason": "A slip."}

        page = client.post(address, told)

        assert page.context["form"].errors["amount"] == ["The amount must be £0 or more."]

    def test_the_auditor_looks_and_decides_nothing(self, client):
        award = a.an_accrued_award(36_500)
        client.force_login(a.a_user(roles.AUDITOR))
        page = self.listed(client)
        assert page.status_code == 200
        assert "Accept" not in page.content.decode()

        line = reverse("admin:accruals_line", args=[award.commitments.get().pk])
        told = {"as_at": str(AT), "choice": "accepted"}
        assert client.post(line, told).status_code == 200
        assert client.post(reverse("admin:accruals_accept"), told).status_code == 403
        assert not Accrual.objects.exists()

    @pytest.mark.parametrize("asked", [{"as_at": "2026-03-30"}, {"as_at": "x"}, {"show": "x"}])
    def test_what_is_not_understood_shows_nothing(self, client, finance, asked):
        assert self.listed(client, **asked).status_code == 400
        assert client.get(reverse("admin:accruals_xlsx"), asked).status_code == 400

    def test_the_workbook_ties_to_the_page(self, client, finance):
        a.an_accrued_award(36_500)
        a.an_accrued_award(36_500, paid=20_000)
        asked = {"as_at": str(AT), "show": "all"}

        answer = client.get(reverse("admin:accruals_xlsx"), asked)
        book = load_workbook(BytesIO(answer.content))

        page = self.listed(client, show="all")
        for sheet, total in zip(book, page.context["totals"], strict=True):
            last = [cell.value for cell in list(sheet)[-1]]
            assert last[0] == "Total"
            assert Decimal(str(last[5])) == total.in_all
        assert HistoryEvent.objects.filter(verb="exported").count() == 1
