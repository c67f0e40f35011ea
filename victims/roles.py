"""What each role of staff may do with victims' services and their returns."""

from commissioning import roles

DESCRIPTIVE = ["indicatorset", "counted", "victimsservice", "post"]

VIEW_ALL = {f"view_{noun}" for noun in (*DESCRIPTIVE, "monitoringreturn", "returncount")}

OFFICERS = (
    VIEW_ALL
    | {f"{verb}_{noun}" for noun in DESCRIPTIVE for verb in ("add", "change")}
    | {
        "delete_counted",
        "schedule_monitoringreturn",
        "submit_monitoringreturn",
        "accept_monitoringreturn",
    }
)

ROLES: dict[str, set[str]] = {
    roles.OFFICER: OFFICERS,
    roles.MANAGER: OFFICERS,
    # Reopening moves figures that may be public already.
    roles.APPROVER: VIEW_ALL | {"accept_monitoringreturn", "reopen_monitoringreturn"},
    roles.FINANCE: VIEW_ALL | {"certify_monitoringreturn"},
    roles.CHIEF_FINANCE: VIEW_ALL | {"certify_monitoringreturn"},
    roles.PUBLISHER: VIEW_ALL,
    roles.AUDITOR: VIEW_ALL,
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    roles.install(sender, ROLES, using)
