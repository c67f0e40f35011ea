"""Which figures to hide: enough that no small one can be worked out, and no more than that."""

from collections.abc import Iterable, Mapping

from programmes.disclosure.alternatives import FREE, Alternatives, Change, Rule
from programmes.disclosure.clock import Clock
from programmes.disclosure.outsiders import Knowledge

# How often new proofs are looked for so that one more ratio can be shown; then it is hidden.
SEARCHES_FOR_RATIOS = 100


class Part:
    """Figures tied together by rules, of which some are small and must be protected.

    For every small figure it keeps a proof: another table in which that figure is no longer small
    and every shown figure is the same. What is hidden is what the proofs need.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        figures: list[int],
        rules: list[Rule],
        prices: Mapping[int, float],
        clock: Clock,
    ):
        self.knowledge = knowledge
        self.prices: dict[int, float] = {f: prices[f] for f in figures if f in prices}
        self.small = sorted(
            (f for f in figures if knowledge.is_small(f)), key=lambda f: knowledge.counts[f]
        )
        # Never shown, whatever is decided: small ones, and those that stand in no table now.
        self.unseen: dict[int, None] = dict.fromkeys(
            f for f in figures if f not in prices or knowledge.is_small(f)
        )
        counts = {f: knowledge.counts[f] for f in figures}
        self.alternatives = Alternatives(counts, rules, clock)
        self.proofs: dict[int, Change] = {}
        self.hidden = self.unseen  # and whatever the proofs move
        self.exposed: set[int] = set()
        self.searches_left = SEARCHES_FOR_RATIOS
        self.may_tell = True

    def hide_enough(self) -> None:
        """Hide the cheapest figures with which each small one could be above its threshold.

        Where no table allows that, it could at least be another count; where even that is
        impossible, what is known outside already betrays it.
        """
        everything = self.alternatives
        self._prove_by_hidden_ones()
        self.alternatives = everything
        self._hide_what_moves()
        prices = self.prices | dict.fromkeys(self.hidden, FREE)
        everything.let_move(dict(prices))
        for figure in self.small:
            if figure in self.proofs:
                continue
            proof = self._proof(figure, self._steps(figure))
            if proof is None:
                self.exposed.add(figure)
                continue
            self.proofs[figure] = proof
            if any(prices[f] != FREE for f in proof):
                prices |= dict.fromkeys(proof, FREE)
                everything.let_move(dict(prices))
        self._hide_what_moves()
        self.alternatives = everything.among(self.hidden)

    def _prove_by_hidden_ones(self) -> None:
        """Small figures mostly protect each other; what they cannot do alone is left open."""
        self.alternatives = self.alternatives.among(self.unseen)
        self.alternatives.let_move(dict.fromkeys(self.unseen, FREE))
        for figure in self.small:
            if proof := self._proof(figure, self._steps(figure)[:1]):
                self.proofs[figure] = proof

    @property
    def narrowed(self) -> set[int]:
        """Small figures that outsiders can tell to be small, though not how small."""
        return {f for f, proof in self.proofs.items() if proof[f] < self._steps(f)[0]}

    def hide_all_if_exposed(self) -> None:
        """Where a small figure has no proof, or a weak one, show nothing of what is tied to it."""
        if self.exposed or self.narrowed:
            self.unseen = self.unseen | dict.fromkeys(self.prices)
            self._hide_what_moves()
            self.may_tell = False

    def hide_no_more_than_enough(self) -> None:
        """Show again, dearest first, each figure that the others can do without."""
        extra = [f for f in self.hidden if f not in self.unseen]
        for figure in sorted(extra, key=lambda f: -self.prices[f]):
            if figure in self.hidden:
                rest = [f for f in self.hidden if f != figure]
                needing = [f for f, proof in self.proofs.items() if figure in proof]
                self._prove_again(needing, rest)

    def can_tell(self, rules: list[Rule]) -> bool:
        """Whether outsiders may learn these rules too; if so, they have."""
        if not self.may_tell:
            return False
        for rule in rules:
            self.alternatives.add(rule)
        broken = [
            f for f, proof in self.proofs.items() if not all(rule.allows(proof) for rule in rules)
        ]
        self.searches_left -= len(broken)
        if self.searches_left >= 0 and self._prove_again(broken, self.hidden):
            return True
        self.alternatives.remove_last(len(rules))
        return False

    def _prove_again(self, figures: list[int], moving: Iterable[int]) -> bool:
        """New proofs, as strong as the old, in which only `moving` figures move; all or none."""
        if figures:
            self.alternatives.let_move(dict.fromkeys(moving, FREE))
        proofs = {}
        for figure in figures:
            proof = self._proof(figure, [self._reached(figure)])
            if proof is None:
                return False
            proofs[figure] = proof
        self.proofs |= proofs
        self._hide_what_moves()
        return True

    def _hide_what_moves(self) -> None:
        self.hidden = self.unseen | dict.fromkeys(f for p in self.proofs.values() for f in p)

    def _steps(self, figure: int) -> list[int]:
        above = self.knowledge.largest_small(figure) + 1 - self.knowledge.counts[figure]
        return [above, 1, -1]

    def _reached(self, figure: int) -> int:
        """The first of the steps that the figure's proof makes."""
        by = self.proofs[figure][figure]
        return next(step for step in self._steps(figure) if (by - step) * step >= 0)

    def _proof(self, figure: int, steps: list[int]) -> Change | None:
        """A table in which the figure makes the first step that it can, if there is any."""
        for proof in self.proofs.values():
            if proof.get(figure, 0) >= steps[0] > 0 and self.alternatives.allows(proof):
                return proof
        return next(filter(None, (self.alternatives.cheapest(figure, by) for by in steps)), None)
