"""The number of examples for a property: all in the profile ``thorough``, otherwise a fifth."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings

MOST: Final = 60
"""The number of examples of a property that states none."""
SHARE: Final = 5
"""All examples of all properties take 54 seconds of processor time, which each change would wait
for; every run draws different ones."""


def register() -> None:
    """Register the profiles for ``pytest --hypothesis-profile``."""
    # A slow machine is no failure.
    usual = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("thorough", usual, max_examples=MOST)
    settings.register_profile("default", usual, max_examples=MOST // SHARE)
    settings.load_profile("default")


def examples(number: int) -> int:
    """Return how many of a number of examples to try in the selected profile."""
    return max(1, number * settings().max_examples // MOST)
