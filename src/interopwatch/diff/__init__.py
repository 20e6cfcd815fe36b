"""How changes between two packages are found."""

from interopwatch.diff.packages import count, diff

__all__ = ["count", "diff"]
