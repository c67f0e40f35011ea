"""How the documentation site is built from docs/*.md: `make docs`."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

project = "Commissioning Register"
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
author = copyright = ""  # noqa: A001 - Sphinx's own name

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
# coverage.md leads to pages of a running site.
exclude_patterns = ["site", "coverage.md"]
# A link to a heading is checked like a link to a page.
myst_heading_anchors = 4
nitpicky = True

# Its styles and scripts are its own: the built site asks no other host for anything.
html_theme = "furo"
html_title = f"{project} {release}"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
