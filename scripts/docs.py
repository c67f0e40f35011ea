"""Build the documentation site in build/docs; broken links and requests elsewhere are errors."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "docs"
SPHINX = ROOT / ".venv" / "docs" / "bin" / "sphinx-build"
# What a browser fetches by itself; links that somebody follows may lead anywhere.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=["'](?:https?:)?//(?!\S*canonical)[^"']+"""
)


def main() -> int:
    flags = ["-W", "--keep-going", "-n", "-q", "-E"]
    command = [SPHINX, *flags, "-b", "dirhtml", "-c", ROOT / "docs" / "site", ROOT / "docs", BUILT]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        return 1
    pages = list(BUILT.rglob("*.html"))
    elsewhere = [
        f"{page.relative_to(BUILT)}: {asked}"
        for page in pages
        for asked in FETCHED.findall(page.read_text(encoding="utf-8"))
    ]
    for line in elsewhere:
        print(f"asks another host: {line}", file=sys.stderr)
    print(f"{len(pages)} pages in {BUILT.relative_to(ROOT)}")
    return 1 if elsewhere else 0


if __name__ == "__main__":
    sys.exit(main())
