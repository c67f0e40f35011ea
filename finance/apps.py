from django.apps import AppConfig
from django.db.models.signals import post_migrate

from commissioning import triggers


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = "Finance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import integrity as proofs
        from commissioning.actions import payments
        from commissioning.figures import incurred
        from commissioning.rules import interests
        from finance import integrity, roles
        from finance.figures import accruals
        from finance.models import PaymentBatch
        from finance.rules.bank import (
            first_payment_is_seen_by_a_third_person,
            recipient_has_no_open_change,
        )
        from finance.rules.batches import payment_stands_in_no_drafted_batch
        from finance.rules.ledger import payment_month_is_open

        triggers.APPEND_ONLY.update(APPEND_ONLY)
        proofs.RULES.extend(integrity.RULES)
        payments.BEFORE_RELEASE.append(payment_month_is_open)
        payments.BEFORE_RELEASE.append(recipient_has_no_open_change)
        payments.BEFORE_RELEASE.append(first_payment_is_seen_by_a_third_person)
        payments.BEFORE_RELEASE.append(payment_stands_in_no_drafted_batch)
        interests.REACHES[PaymentBatch] = PaymentBatch.payments
        incurred.ACCRUALS.append(accruals.handed_down)
        post_migrate.connect(roles.install_after_migrate, sender=self)


# What came in from the ledger, and what was signed of it.
APPEND_ONLY = {
    "finance_ledgerfile": "ledger_is_never_changed: What the ledger said is never changed or "
    "removed.",
    "finance_ledgerline": "ledger_is_never_changed: What the ledger said is never changed or "
    "removed.",
    "finance_forecast": "forecast_is_never_changed: A forecast is never changed or removed. State "
    "a later one instead.",
    "finance_accrual": "accrual_is_never_changed: A decision on an accrual is never changed or "
    "removed. Decide anew instead.",
    "finance_closingstatement": "statement_is_never_changed: What a year came to when it "
    "was closed is never changed or removed.",
    "finance_monthsignoff": "sign_off_is_never_changed: A sign-off is never changed or removed. "
    "Withdraw it instead.",
}
