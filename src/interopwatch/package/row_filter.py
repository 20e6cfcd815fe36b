"""Row filters, written as one line of text.

A filter is one or more conditions joined by ``&``, all of which must hold. A condition is
``field=value`` or ``field!=value``; an empty value matches an empty cell, and the empty filter
matches every row. Values are compared as written, and can contain ``=`` but no ``&``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Condition(Struct, frozen=True):
    """A condition on one cell.

    Attributes:
        field: The field of the cell.
        value: The text to compare it with; empty for an empty cell.
        equal: Whether the cell must equal the value, or differ from it.
    """

    field: str
    value: str
    equal: bool = True

    def holds(self, row: Mapping[str, str], missing: Collection[str] = ("",)) -> bool:
        """Return whether it holds for a row; cells that are ``missing`` values count as empty.

        >>> Condition("end", "").holds({"end": "NA"}, missing=["", "NA"])
        True
        """
        cell = row[self.field]
        return (("" if cell in missing else cell) == self.value) is self.equal


def parse_filter(text: str) -> tuple[Condition, ...]:
    """Parse a filter.

    Raises:
        ValueError: A condition has no ``=``, or nothing before it.

    >>> for condition in parse_filter("format=ip&end=&capacity!=organisation"):
    ...     print(condition)
    Condition(field='format', value='ip', equal=True)
    Condition(field='end', value='', equal=True)
    Condition(field='capacity', value='organisation', equal=False)
    >>> parse_filter("")
    ()
    >>> parse_filter("format")
    Traceback (most recent call last):
    ValueError: 'format' is not a condition; write field=value or field!=value
    """
    return tuple(_condition(part) for part in text.split("&")) if text else ()


def filter_in_words(text: str) -> str:
    """Describe a filter in words.

    >>> filter_in_words("format=ip&end=&capacity!=organisation&joined!=")
    'format ip, end empty, capacity other than organisation, joined not empty'
    """
    conditions = []
    for each in parse_filter(text):
        if each.value:
            conditions.append(f"{each.field} {'' if each.equal else 'other than '}{each.value}")
        else:
            conditions.append(f"{each.field} {'' if each.equal else 'not '}empty")
    return ", ".join(conditions)


def _condition(text: str) -> Condition:
    start, equals, value = text.partition("=")
    field = start.removesuffix("!")
    if not equals or not field:
        raise ValueError(f"{text!r} is not a condition; write field=value or field!=value")
    return Condition(field, value, equal=field == start)


def matches(
    filter_: tuple[Condition, ...], row: Mapping[str, str], missing: Collection[str] = ("",)
) -> bool:
    """Return whether every condition of a filter holds for a row.

    >>> matches(parse_filter("a=1&b!=2"), {"a": "1", "b": "3"})
    True
    >>> matches(parse_filter("a=1&b!=2"), {"a": "1", "b": "2"})
    False
    """
    return all(condition.holds(row, missing) for condition in filter_)
