"""`manage.py hooks_table`: write the table of hooks in docs/structure.md."""

from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand

from core.hooks import declared

DOCUMENT = settings.BASE_DIR / "docs" / "structure.md"
START = "<!-- Written by `manage.py hooks_table`. -->\n"
END = "<!-- End of the table of hooks. -->\n"


class Command(BaseCommand):
    help = "Writes the table of hooks in docs/structure.md: what each is for."

    def handle(self, *args, **options):
        DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
        self.stdout.write(f"Wrote {DOCUMENT}")


def with_table(text: str) -> str:
    """The document with its table as the hooks are now."""
    before, _, rest = text.partition(START)
    return before + START + "".join(lines()) + END + rest.partition(END)[2]


def lines() -> Iterator[str]:
    """A table of hooks for each package that declares some."""
    packages = defaultdict(list)
    for name, hook in sorted(declared().items()):
        package, _, variable = name.rpartition(".")
        packages[package].append((variable, hook))
    for package, hooks in packages.items():
        yield f"\n| `{package}` | what for |\n|---|---|\n"
        for variable, hook in hooks:
            yield f"| `{variable}` | {hook.purpose} |\n"
