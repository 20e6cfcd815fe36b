"""How many examples a law is tried with: all in the profile ``thorough``, else a fifth of them."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings

MOST: Final = 60
"""Examples of a law that says no number of its own."""
SHARE: Final = 5
"""All examples of all laws take 54 seconds of processor time, which each change would wait for;
every run draws other ones."""


def register() -> None:
    """Make the profiles known, which ``pytest --hypothesis-profile`` chooses from."""
    # A slow machine is no failure.
    usual = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("thorough", usual, max_examples=MOST)
    settings.register_profile("default", usual, max_examples=MOST // SHARE)
    settings.load_profile("default")


def examples(number: int) -> int:
    """How many of a number of examples are tried in the profile that is chosen."""
    return max(1, number * settings().max_examples // MOST)
