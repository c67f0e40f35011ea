"""The table of the slowest tests in docs/testing.md, from what one run reported of itself.

`make slowest` makes the run and writes the table: python -m tests.slowest REPORT.xml
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

PAGE = Path(__file__).parents[1] / "docs" / "testing.md"
BEGIN, END = "<!-- slowest: made by `make slowest` -->", "<!-- end of slowest -->"
MOST = 20


def table(report: Path) -> str:
    """The slowest tests with their set-up, the machine and the day, in Markdown."""
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 made by ourselves
    cases = sorted(suite.iter("testcase"), key=lambda case: -float(case.get("time")))
    day = f"{datetime.now(UTC):%-d %B %Y}"
    lines = [
        f"{day}, {os.cpu_count()} cores, PostgreSQL: {suite.get('tests')} tests, which took "
        f"{sum(float(case.get('time')) for case in cases):,.0f} seconds together.",
        "",
        "| seconds | test |",
        "|---:|---|",
    ]
    for case in cases[:MOST]:
        where, name = case.get("classname"), case.get("name").replace("|", "\\|")
        lines.append(f"| {float(case.get('time')):.1f} | `{where}` `{name}` |")
    return "\n".join(lines)


def main(report: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    made = "\n".join([BEGIN, "", table(Path(report)), "", END])
    PAGE.write_text(before + made + after, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
