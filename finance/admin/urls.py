"""Pages of finance in the staff site that belong to no one noun; config/admin.py takes them in."""

from django.contrib import admin
from django.urls import path

from finance.admin import (
    accrual_files,
    accrual_line,
    accruals,
    ledger_import,
    monitoring,
    monitoring_changes,
    monitoring_compare,
    monitoring_compare_files,
    monitoring_files,
    monitoring_under,
    reconciliation,
    reconciliation_files,
    reconciliation_items,
    splits,
    year_end,
)

staff = admin.site.admin_view

urlpatterns = [
    path("accruals/", staff(accruals.listing), name="accruals"),
    path("accruals.xlsx", staff(accrual_files.workbook), name="accruals_xlsx"),
    path("accruals/accept/", staff(accruals.accept), name="accruals_accept"),
    path("accruals/<int:pk>/", staff(accrual_line.line), name="accruals_line"),
    path("splits/", staff(splits.listing), name="splits"),
    path("splits.xlsx", staff(splits.workbook), name="splits_xlsx"),
    path("year-end/", staff(year_end.years), name="year_ends"),
    path("year-end/<slug:slug>/", staff(year_end.checklist), name="year_end"),
    path("year-end/<slug:slug>/close/", staff(year_end.close), name="year_close"),
    path("monitoring/", staff(monitoring.report), name="monitoring"),
    path("monitoring.xlsx", staff(monitoring_files.workbook), name="monitoring_xlsx"),
    path("monitoring.csv", staff(monitoring_files.flat), name="monitoring_csv"),
    path("monitoring/entries/", staff(monitoring_under.entries), name="monitoring_entries"),
    path("monitoring/compare/", staff(monitoring_compare.compare), name="monitoring_compare"),
    path(
        "monitoring/compare.xlsx",
        staff(monitoring_compare_files.workbook),
        name="monitoring_compare_xlsx",
    ),
    path("monitoring/changes/", staff(monitoring_changes.changes), name="monitoring_changes"),
    path("reconciliation/", staff(reconciliation.month_page), name="reconciliation"),
    path("reconciliation.xlsx", staff(reconciliation_files.workbook), name="reconciliation_xlsx"),
    path("reconciliation.csv", staff(reconciliation_files.flat), name="reconciliation_csv"),
    path("reconciliation/exact/", staff(reconciliation.match_exact), name="reconciliation_exact"),
    path("reconciliation/accept/", staff(reconciliation.accept), name="reconciliation_accept"),
    path("reconciliation/explain/", staff(reconciliation.explain), name="reconciliation_explain"),
    path(
        "reconciliation/sign-off/", staff(reconciliation.sign_off), name="reconciliation_sign_off"
    ),
    path(
        "reconciliation/line/<int:pk>/",
        staff(reconciliation_items.line_page),
        name="reconciliation_line",
    ),
    path(
        "reconciliation/payment/<int:pk>/",
        staff(reconciliation_items.payment_page),
        name="reconciliation_payment",
    ),
    path("reconciliation/import/", staff(ledger_import.choose), name="reconciliation_import"),
    path(
        "reconciliation/import/columns/",
        staff(ledger_import.columns),
        name="reconciliation_import_columns",
    ),
    path(
        "reconciliation/import/look/",
        staff(ledger_import.look),
        name="reconciliation_import_look",
    ),
    path(
        "reconciliation/import/take-in/",
        staff(ledger_import.take_in),
        name="reconciliation_import_take_in",
    ),
]
