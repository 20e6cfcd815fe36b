"""How changes between two packages are found."""

from interopwatch.diff.packages import diff

__all__ = ["diff"]
