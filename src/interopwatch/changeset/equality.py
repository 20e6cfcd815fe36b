"""Compare JSON values and rows for equality, and locate their first difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from interopwatch.package.json_values import pointer

if TYPE_CHECKING:
    from interopwatch.package.table import Row

_ABSENT: Final = object()


def agree(actual: Any, expected: Any) -> bool:  # noqa: ANN401 - JSON
    """Return whether two JSON values are equal, regardless of the order of members."""
    # As text, since 1, 1.0 and True are equal in Python, but not in JSON.
    return json.dumps(actual, sort_keys=True) == json.dumps(expected, sort_keys=True)


def first_difference(actual: Any, expected: Any, at: str = "") -> tuple[str, str, str]:  # noqa: ANN401 - JSON
    """Return the JSON Pointer (RFC 6901) of the first difference, and both values there as text."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        for key in (*expected, *(k for k in actual if k not in expected)):
            one, other = actual.get(key, _ABSENT), expected.get(key, _ABSENT)
            if _ABSENT in (one, other) or not agree(one, other):
                return first_difference(one, other, at + pointer([key]))
    if isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        for i, (one, other) in enumerate(zip(actual, expected, strict=True)):
            if not agree(one, other):
                return first_difference(one, other, f"{at}/{i}")
    return at, _shown(actual), _shown(expected)


def _shown(value: object) -> str:
    return "nothing" if value is _ABSENT else json.dumps(value, ensure_ascii=False)


def differing(one: Row, other: Row) -> str | None:
    """Return the first field whose text differs between two rows, or that only one has."""
    fields = (*one, *(name for name in other if name not in one))
    return next((name for name in fields if one.get(name) != other.get(name)), None)
