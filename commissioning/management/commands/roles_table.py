"""`manage.py roles_table`: write docs/roles.md anew, from what the roles may do."""

from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.utils.text import capfirst

from commissioning import roles

DOCUMENT = settings.BASE_DIR / "docs" / "roles.md"
MARK = "<!-- From here on written by `manage.py roles_table`. -->\n"
# What Django makes for every noun; told by noun, not one by one.
KEEPING = ("add", "change", "delete", "view")
NAMES = [role.name for role in roles.ALL]

Holders = dict[str, set[str]]


class Command(BaseCommand):
    help = "Writes the tables of docs/roles.md anew: what each role may do, in words."

    def handle(self, *args, **options):
        DOCUMENT.write_text(DOCUMENT.read_text().partition(MARK)[0] + MARK + tables())
        self.stdout.write(f"Wrote {DOCUMENT}")


def tables() -> str:
    """What the groups of staff may do in this database, as Markdown."""
    return "\n".join(["", *_deeds(), "", *_nouns(), ""])


def _permissions() -> list[Permission]:
    ours = [*settings.OUR_APPS, "auth"]
    held = Permission.objects.filter(content_type__app_label__in=ours, group__name__in=NAMES)
    return list(held.distinct().select_related("content_type").prefetch_related("group_set"))


def _holders(permission: Permission) -> set[str]:
    return {group.name for group in permission.group_set.all()} & set(NAMES)


def _deeds() -> Iterator[str]:
    """A row for each verb, with a mark for each role that has it."""
    yield "| may | " + " | ".join(role.heading for role in roles.ALL) + " |"
    yield "|---|" + ":-:|" * len(NAMES)
    deeds = [each for each in _permissions() if each.codename.partition("_")[0] not in KEEPING]
    for deed in sorted(deeds, key=lambda each: (each.content_type.app_label, each.name)):
        marks = ["✓" if role in _holders(deed) else "" for role in NAMES]
        yield f"| {deed.name.removeprefix('Can ')} | " + " | ".join(marks) + " |"


def _nouns() -> Iterator[str]:
    """A row for each noun: who sees, adds, changes and removes it."""
    found: dict[type, Holders] = defaultdict(dict)
    for permission in _permissions():
        verb = permission.codename.partition("_")[0]
        model = permission.content_type.model_class()
        if model is not None and permission.codename == f"{verb}_{model._meta.model_name}":
            found[model][verb] = _holders(permission)
    yield "| record | added by | changed by | removed, as a draft, by | seen by |"
    yield "|---|---|---|---|---|"
    for model in sorted(found, key=_sorting):
        cells = [_named(found[model].get(verb, set())) for verb in KEEPING]
        yield f"| {capfirst(model._meta.verbose_name_plural)} | " + " | ".join(cells) + " |"


def _sorting(model: type) -> tuple:
    """The ledger's nouns first, then those of the apps that stand on it."""
    opts = model._meta
    named = str(opts.verbose_name_plural).lower()
    return opts.app_label != "commissioning", opts.app_label, named, opts.model_name


def _named(holders: set[str]) -> str:
    if holders >= set(NAMES) - {roles.ADMINISTRATOR}:
        return "all" if roles.ADMINISTRATOR in holders else "all but administrator"
    return ", ".join(role.heading for role in roles.ALL if role.name in holders)
