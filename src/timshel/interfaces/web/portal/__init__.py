"""Pages for whoever needs something: ask, follow, answer, confirm."""
