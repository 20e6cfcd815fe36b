"""Policies: which changes of a package are breaking, declared in its descriptor or as options.

A policy maps rules by name to limits. A rule about schemas is on or off; one about rows has a
limit: a number of rows, or a percentage of the older edition's rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from interopwatch.errors import DescriptorError

ROW_RULES: Final = ("added-rows", "removed-rows", "changed-rows")
"""Rules with a limit, named by the kind of row change."""
RULES: Final = (
    "removed-table", "renamed-table", "added-table", "removed-file",
    "removed-column", "renamed-column", "added-column", "moved-column",
    "retyped-field", "changed-constraints", "changed-key", *ROW_RULES,
)  # fmt: skip
_LIMIT: Final = r"(?a)(\d+(?:\.\d+)?)\s*(%?)"
_WHOLE: Final = 100
"""Per cent of a whole."""


class Limit(Struct, frozen=True):
    """The number of rows that a rule allows.

    Attributes:
        number: A number of rows, or a percentage.
        is_share: Whether it is a percentage of the older edition's rows.
    """

    number: float = 0.0
    is_share: bool = False

    def __str__(self) -> str:
        return f"{self.number:,g}{'%' if self.is_share else ''}"

    def is_exceeded(self, rows: int, of: int) -> bool:
        """Return whether a number of rows exceeds the limit.

        Args:
            rows: The number of rows.
            of: The number of rows that the table had.

        >>> Limit(5, is_share=True).is_exceeded(5, 100), Limit(5, is_share=True).is_exceeded(6, 100)
        (False, True)
        """
        # Multiplied instead of divided, since the older table may have had no rows.
        return rows * _WHOLE > self.number * of if self.is_share else rows > self.number


Policy = Mapping[str, Limit | None]
"""The limit of each rule; ``None`` where it allows everything."""

DEFAULT: Final[Policy] = dict.fromkeys(
    ("removed-table", "renamed-table", "removed-column", "renamed-column", "retyped-field",
     "changed-key", "removed-file"),
    Limit(),
)  # fmt: skip
"""The policy if none is declared: it forbids changes that break consumers of a package."""


def rule_of(text: str) -> tuple[str, Limit | None]:
    """Parse a rule given as an option: ``removed-column``, ``removed-rows=5%``.

    Raises:
        DescriptorError: There is no such rule, or its limit is invalid.
    """
    name, _, limit = text.partition("=")
    known_rule(name)
    if not limit:
        return name, Limit()
    return name, limit_of(name, limit)


def known_rule(name: str) -> str:
    """Return the name of a rule if it exists.

    Raises:
        DescriptorError: There is no such rule.
    """
    if name not in RULES:
        raise DescriptorError(f"there is no rule {name!r}", hint=f"Known: {', '.join(RULES)}.")
    return name


def limit_of(name: str, value: object) -> Limit | None:
    """Parse the limit of a rule in a descriptor: true, false, a number, or a text like ``5%``.

    Raises:
        DescriptorError: It is invalid, there is no such rule, or the rule takes no limit.
    """
    known_rule(name)
    # First, since a boolean is an integer in Python.
    if isinstance(value, bool):
        return Limit() if value else None
    found = (
        re.fullmatch(_LIMIT, str(value).strip()) if isinstance(value, (int, float, str)) else None
    )
    if found is None:
        raise DescriptorError(
            f"{name}: {value!r} is not a limit",
            hint="Give true, false, or for rows a number such as 100, or a share such as 5%.",
        )
    if name not in ROW_RULES:
        raise DescriptorError(f"{name} has no limit", hint="Give true or false.")
    return Limit(float(found[1]), is_share=bool(found[2]))
