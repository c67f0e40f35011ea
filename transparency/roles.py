"""What each role of staff may do with runs and with what the public tells the office."""

from commissioning import roles

VIEW = {f"view_{noun}" for noun in ("run", "runwithdrawal", "problem")}
PUBLISH = {"publish_run"}
ANSWER = {"answer_problem"}

ROLES: dict[str, set[str]] = {
    roles.OFFICER: VIEW | ANSWER,
    roles.MANAGER: VIEW | PUBLISH | ANSWER,
    roles.APPROVER: VIEW,
    roles.FINANCE: VIEW,
    roles.CHIEF_FINANCE: VIEW,
    roles.PUBLISHER: VIEW | PUBLISH | ANSWER,
    roles.AUDITOR: VIEW,
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    roles.install(sender, ROLES, using)
