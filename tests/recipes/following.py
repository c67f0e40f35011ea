"""Reading the recipes of CONTRIBUTING.md, and doing what they say to a copy of the source."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(diff|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """One heading under “Recipes”: changes of files, and commands that write others."""

    title: str
    changes: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]


def recipes(text: str) -> dict[str, Recipe]:
    """The recipes by their titles."""
    _, *parts = re.split(r"^### ", text.partition("\n## Recipes\n")[2], flags=re.MULTILINE)
    return {recipe.title: recipe for recipe in map(_recipe, parts)}


def _recipe(part: str) -> Recipe:
    title, _, body = part.partition("\n")
    blocks = BLOCK.findall(body)
    changes = [said.split("\n", 1) for kind, said in blocks if kind == "diff"]
    commands = [line for kind, said in blocks if kind == "sh" for line in said.splitlines()]
    return Recipe(title, tuple((path, said) for path, said in changes), tuple(commands))


def copied(to: Path) -> Path:
    """A copy of what Git knows of the source, or would take in; nothing that was built."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        source = ROOT / name
        if source.is_file() and not source.is_symlink() and not name.endswith(".png"):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to / name)
    return to


def apply(recipe: Recipe, copy: Path) -> None:
    """Change the files of the copy; AssertionError where a line that should be there is not."""
    for path, said in recipe.changes:
        for hunk in re.split(r"^@@\n", said, flags=re.MULTILINE):
            _change(copy / path, hunk)


def _change(file: Path, hunk: str) -> None:
    lines = hunk.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    if not before:
        assert not file.exists(), f"{file} is there already"
        file.write_text(after, encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{text.count(before)} times in {file}:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")


def contents(copy: Path) -> dict[str, bytes]:
    """The files of the copy, without what only running them left."""
    return {
        str(path.relative_to(copy)): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file() and not {"__pycache__", "var"} & set(path.relative_to(copy).parts)
    }
