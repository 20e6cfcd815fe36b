"""How changes are found: rows matched by key, by the cheapest strategy that is right."""
