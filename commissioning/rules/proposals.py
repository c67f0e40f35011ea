"""Rules about variations that are put forward before they are made."""

from commissioning.models import Award, ProposedVariation, User
from commissioning.rules.broken import RuleBroken


def proposal_stands(proposal: ProposedVariation) -> None:
    """Only what is still put forward is approved, refused or withdrawn."""
    if proposal.status != ProposedVariation.Status.PROPOSED:
        raise RuleBroken(
            f"This variation is already {proposal.get_status_display()}.", "wrong_state"
        )


def approver_is_not_proposer(proposal: ProposedVariation, by: User) -> None:
    """Whoever put a variation forward does not decide on it, superusers included."""
    if proposal.proposed_by_id == by.pk:
        raise RuleBroken(
            "You put this variation forward, so you cannot decide on it. Ask another approver, or "
            "withdraw it.",
            "same_person",
        )


def nothing_is_put_forward(award: Award, by: User) -> None:
    """One variation of an award at a time is put forward."""
    standing = award.proposals.filter(status=ProposedVariation.Status.PROPOSED)
    for proposal in standing.select_related("proposed_by"):
        raise RuleBroken(
            f"{proposal.proposed_by} has put a variation of award {award.reference} forward "
            "already. It is decided on, or withdrawn, first.",
            "one_at_a_time",
        )
