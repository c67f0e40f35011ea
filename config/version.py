"""Which version this is: the number in pyproject.toml, and the commit where it is known."""

import os
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def number() -> str:
    """The version in pyproject.toml, such as 0.2.0."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]


@cache
def commit() -> str:
    """The commit that runs: COMMIT if set (a container has no Git), else what Git says, else ""."""
    if named := os.environ.get("COMMIT"):
        return named
    if not (ROOT / ".git").exists():
        return ""
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
