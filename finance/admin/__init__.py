"""Finance's part of the staff site, one module per noun; importing it registers them all."""

from finance.admin import (
    accrual_records,
    bank,
    batches,
    carry_forward,
    forecasts,
    ledger,
    ways_on,
)

__all__ = ["accrual_records", "bank", "batches", "carry_forward", "forecasts", "ledger", "ways_on"]
