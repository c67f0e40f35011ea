"""What each role of staff may do with programmes, measures, figures and reports."""

from commissioning import roles

DESCRIPTIVE = [
    "programme",
    "localunit",
    "breakdown",
    "category",
    "measure",
    "measurerelation",
    "indicator",
    "target",
    "reporttable",
    "reportline",
    "report",
    "reportsection",
]
FROZEN = ["observation", "release", "releasedmeasure", "releasedcell", "edition"]

VIEW_ALL = {f"view_{noun}" for noun in (*DESCRIPTIVE, *FROZEN)}

PUBLISHING = {
    "publish_programme",
    "publish_measure",
    "publish_indicator",
    "release_measure",
    "freeze_report",
}

OFFICERS = (
    VIEW_ALL
    | PUBLISHING
    | {f"{verb}_{noun}" for noun in DESCRIPTIVE for verb in ("add", "change")}
    | {
        # A correction is a new version of a figure, so nobody changes one.
        "add_observation",
        "delete_localunit",
        "delete_reportline",
        "delete_reportsection",
    }
)

ROLES: dict[str, set[str]] = {
    roles.OFFICER: OFFICERS,
    roles.MANAGER: OFFICERS,
    roles.APPROVER: VIEW_ALL | {"release_measure", "freeze_report"},
    roles.FINANCE: VIEW_ALL,
    roles.CHIEF_FINANCE: VIEW_ALL,
    roles.PUBLISHER: VIEW_ALL | PUBLISHING,
    roles.AUDITOR: VIEW_ALL,
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    roles.install(sender, ROLES, using)
