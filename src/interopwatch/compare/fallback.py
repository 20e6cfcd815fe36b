"""The exceptions with which a strategy declines input that it cannot handle."""

from __future__ import annotations


class Fallback(Exception):  # noqa: N818 - it steers a decision, and nothing failed
    """This strategy cannot handle the input; fall back to the next. Never shown to a user.

    The one argument is the reason, for whoever debugs the choice of a strategy.
    """


class SplitRecord(Fallback):
    """A chunk of a file ends within a record: it was cut at a line feed inside quotes."""
