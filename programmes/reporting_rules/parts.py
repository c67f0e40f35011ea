"""Areas and services as parts of a whole: whether some lie within others, or leave some out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tree:
    """What lies within what: by key its parent, and the kind that it is of."""

    parents: Mapping[int, int | None]
    kinds: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    def above(self, key: int) -> list[int]:
        """All that it lies within, the nearest first."""
        found = []
        while (key := self.parents.get(key)) is not None and key not in found:
            found.append(key)
        return found

    def within(self, key: int | None) -> dict[str, set[int]]:
        """What lies directly within it, by kind; within None what lies within nothing."""
        found: dict[str, set[int]] = {}
        for inner, parent in self.parents.items():
            if parent == key:
                found.setdefault(self.kinds.get(inner, ""), set()).add(inner)
        return found


def overlapping(keys: Collection[int], tree: Tree) -> list[int]:
    """Those that are there twice, or that lie within another of them."""
    keys = list(keys)
    inside = [key for key in keys if set(tree.above(key)) & set(keys)]
    return sorted({*inside, *(key for key in keys if keys.count(key) > 1)})


def left_out(keys: Iterable[int], tree: Tree) -> list[int]:
    """What the parts leave out of the smallest whole that they are all in.

    What lies directly within something, of one kind, makes up all of it.
    """
    there = set(keys)
    lines = [[None, *reversed(tree.above(key))] for key in there]
    shared = [steps[0] for steps in zip(*lines, strict=False) if len(set(steps)) == 1]
    return sorted(_missing_in(shared[-1], there, tree)) if shared else []


def _missing_in(whole: int | None, there: set[int], tree: Tree) -> set[int]:
    """What is missing of a whole of which some parts are there."""
    missing = set()
    for parts in tree.within(whole).values():
        states = {part: _missing_of(part, there, tree) for part in parts}
        if any(part not in gone for part, gone in states.items()):
            missing |= set().union(*states.values())
    return missing


def _missing_of(part: int, there: set[int], tree: Tree) -> set[int]:
    """Nothing for a part that is there, itself for one of which nothing is."""
    if part in there:
        return set()
    if any(part in tree.above(key) for key in there):
        return _missing_in(part, there, tree)
    return {part}


def why_not(keys: Collection[int], tree: Tree) -> str:
    """Why these parts are not the whole, to follow “because”; "" where they are."""
    twice = overlapping(keys, tree)
    if twice:
        return f"{_named(twice, tree)} would be counted twice"
    missing = left_out(keys, tree)
    return f"there is no figure for {_named(missing, tree)}" if missing else ""


def _named(keys: list[int], tree: Tree, most: int = 3) -> str:
    names = sorted(tree.names.get(key, str(key)) for key in keys)
    shown = names[:most]
    left = len(names) - len(shown)
    if left:
        shown.append("1 other" if left == 1 else f"{left} others")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
