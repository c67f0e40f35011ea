"""The verbs of every noun that the public can see: publish, and withdraw from the public site."""

from collections.abc import Sequence

from commissioning.actions import publication
from commissioning.admin.facts import published_facts
from commissioning.admin.forms import ReasonForm
from commissioning.admin.relied_on import Path
from commissioning.admin.verbs import Verb


def publication_verbs(
    permission: str,
    relies_on: Sequence[Path],
    *rules,
    is_ready=lambda row: True,
    warns=lambda row, given: (),
) -> list[Verb]:
    """Publish and withdraw, for those who hold the permission; offered once a row is ready.

    It relies on whatever the public reads beside the row.
    """
    return [
        Verb(
            name="publish",
            label="Publish",
            permissions=[permission],
            relies_on=relies_on,
            explains="Show it to everybody on the public site.",
            is_possible=lambda row: is_ready(row) and not row.is_published,
            rules=rules,
            says=lambda row, given: [
                "It will be on the public site, in its downloads and in its API."
            ],
            warns=warns,
            shows=published_facts,
            do=lambda row, given, by: publication.publish([row], by=by),
            do_many=lambda rows, given, by: publication.publish(rows, by=by),
            done="Published",
            many=True,
        ),
        Verb(
            name="unpublish",
            label="Withdraw from the public site",
            permissions=[permission],
            relies_on=relies_on,
            form=ReasonForm,
            is_possible=lambda row: row.is_published,
            explains="The record stays here. Its public page will be gone.",
            says=lambda row, given: [
                "It will disappear from the public site, its downloads and its API."
            ],
            do=lambda row, given, by: publication.withdraw([row], reason=given["reason"], by=by),
            do_many=lambda rows, given, by: publication.withdraw(
                rows, reason=given["reason"], by=by
            ),
            done="Withdrawn from the public site",
            many=True,
        ),
    ]
