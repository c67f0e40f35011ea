"""What somebody has under way of monitoring returns."""

from commissioning.figures.under_way import UnderWay
from victims.models import MonitoringReturn

Status = MonitoringReturn.Status

KINDS = [
    UnderWay(
        "returns-submitted",
        "monitoring returns that they submitted and nobody has certified",
        MonitoringReturn,
        lambda person: {"submitted_by": person.pk, "status": Status.SUBMITTED},
        "certify them or send them back",
        "victims.certify_monitoringreturn",
    ),
    UnderWay(
        "returns-certified",
        "monitoring returns that they certified and nobody has accepted",
        MonitoringReturn,
        lambda person: {"certified_by": person.pk, "status": Status.CERTIFIED},
        "accept them or send them back",
        "victims.accept_monitoringreturn",
    ),
]
