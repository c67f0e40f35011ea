"""Each recipe of CONTRIBUTING.md works as it is written, and touches no more files than it may."""

import os
import subprocess
import sys

import pytest

from tests.recipes.following import ROOT, apply, contents, copied, recipes
from tests.sampling import sample

RECIPES = recipes((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
# How many files each may touch, those that its commands write included.
MOST = {
    "Add a field to an award": 6,
    "Add a role": 2,
    "Add a report for staff": 4,
    "Add an import column": 2,
    "Add a public page": 4,
    "Add a bank file format": 3,
}


def test_there_is_a_recipe_for_each_common_change():
    assert list(RECIPES) == list(MOST)


@pytest.mark.parametrize("title", sample(list(MOST), 2))
def test_following_a_recipe_does_what_it_says(title, tmp_path):
    recipe, copy = RECIPES[title], copied(tmp_path)
    before = contents(copy)
    apply(recipe, copy)
    done = subprocess.run(
        [sys.executable, "-m", "tests.recipes.checks", title, *recipe.commands],
        cwd=copy,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "sqlite://:memory:",
            "DATA_DIR": str(copy / "var"),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    touched = {name for name, text in contents(copy).items() if before.get(name) != text}
    assert len(touched) <= MOST[title], sorted(touched)
    # A migration is put into form by `make format`, as Django wrote it.
    changed = [n for n in touched if n.endswith(".py") and "/migrations/" not in n]
    for check in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *check, *sorted(changed)]
        ran = subprocess.run(command, cwd=copy, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout
