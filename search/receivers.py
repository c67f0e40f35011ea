"""What the index of words does for the lists, and how it follows the records."""

from commissioning import hooks
from commissioning.public.filtering import WordIndex
from search import freshness, integrity, queries

hooks.history_recorded.register(freshness.follow)
hooks.word_index.register(WordIndex(queries.narrow, queries.best_first, freshness.is_behind))
hooks.index_checks.register(*integrity.RULES)
