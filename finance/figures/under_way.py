"""What somebody in finance has under way."""

from commissioning.figures.under_way import UnderWay
from finance.models import BankAccount, CarryForward, PaymentBatch

KINDS = [
    UnderWay(
        "batches",
        "payment batches that they put together and nobody has released",
        PaymentBatch,
        lambda person: {"drafted_by": person.pk, "status": PaymentBatch.Status.DRAFTED},
        "release them",
        "finance.release_paymentbatch",
    ),
    UnderWay(
        "accounts",
        "bank details that they proposed and nobody has confirmed",
        BankAccount,
        lambda person: {"proposed_by": person.pk, "status": BankAccount.Status.PROPOSED},
        "confirm or refuse them",
        "finance.confirm_bankaccount",
    ),
    UnderWay(
        "carry-forwards",
        "carry-forwards that they proposed and nobody has decided on",
        CarryForward,
        lambda person: {"proposed_by": person.pk, "status": CarryForward.Status.PROPOSED},
        "approve or reject them",
        "finance.approve_carryforward",
    ),
]
