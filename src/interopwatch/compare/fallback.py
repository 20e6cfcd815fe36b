"""The exceptions with which a strategy declines input that it cannot handle."""

from __future__ import annotations


class Fallback(Exception):  # noqa: N818 - it steers a decision, and nothing failed
    """This strategy cannot handle the input; fall back to the next. Never shown to a user.

    Its only argument is the reason, for debugging the choice of a strategy.
    """


class SplitRecord(Fallback):
    """A chunk of a file ends inside a record: it was cut at a line feed inside quotes."""
