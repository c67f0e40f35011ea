"""The verbs of every noun that the public can see: publish, and withdraw from the public site."""

from collections.abc import Sequence

from django.utils.html import format_html

from commissioning.actions import publication
from commissioning.admin.facts import published_facts
from commissioning.admin.forms import ReasonForm
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import Path
from commissioning.admin.verbs import Verb
from commissioning.figures.naming import name_of, still_named
from commissioning.models import Organisation
from commissioning.models.publication import Publishable


def what_stays_public(row: Publishable) -> list[str]:
    """What withdrawing takes off the public site, and where the record is still named."""
    goes = (
        f"The page of “{name_of(row)}” will be gone, and its own lines in lists, downloads, the "
        "API, the search and the feeds."
    )
    stays = still_named(row)
    return [goes, *(stays or ["No other public page, file or feed of this site will name it."])]


def how_to_withhold(row: Publishable) -> list[str]:
    """For an organisation that is to be named nowhere: what does that."""
    if not isinstance(row, Organisation) or row.name_is_withheld or not still_named(row):
        return []
    return [
        format_html(
            "If it must not be named at all, such as a refuge, withdrawing is not enough: choose "
            '“Name and place” under “withhold from the public” on <a href="{}#id_withhold">its '
            "page</a>. That hides its name wherever the site works it out from records; what was "
            "published frozen is withdrawn on its own page.",
            record_url(row),
        )
    ]


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
            says=lambda row, given: what_stays_public(row),
            warns=lambda row, given: how_to_withhold(row),
            do=lambda row, given, by: publication.withdraw([row], reason=given["reason"], by=by),
            do_many=lambda rows, given, by: publication.withdraw(
                rows, reason=given["reason"], by=by
            ),
            done="Withdrawn from the public site",
            many=True,
        ),
    ]
