"""How changes between two packages are found."""

from interopwatch.diff.packages import Flow, count, diff, flowing, stat
from interopwatch.diff.terms import Terms

__all__ = ["Flow", "Terms", "count", "diff", "flowing", "stat"]
