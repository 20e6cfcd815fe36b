"""Find the changes between two packages: rows are matched by key, with the cheapest strategy."""
