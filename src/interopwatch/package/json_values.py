"""Typed values out of JSON, each asked for by its name and place (RFC 6901)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from interopwatch.errors import DescriptorError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_T = TypeVar("_T")


class UnusableError(DescriptorError):
    """A property is missing or of the wrong type.

    Attributes:
        at: Its place (RFC 6901).
        what: What is wrong.
    """

    def __init__(self, where: str, at: str, what: str) -> None:
        super().__init__(f"{where}: {at}: {what}")
        self.at = at
        self.what = what


class JsonValues:
    """Takes typed values out of JSON, naming the place of whatever is wrong.

    Every method raises :class:`UnusableError` for a value of the wrong type.
    """

    def __init__(self, where: str) -> None:
        """Read from a document.

        Args:
            where: What to call it in messages.
        """
        self.where = where

    def strings(self, raw: Mapping[str, Any], name: str, at: str) -> tuple[str, ...]:
        """A list of texts; empty if it is missing."""
        values: Sequence[object] = self.get(raw, name, list, at, [])
        return tuple(self.typed(v, str, f"{at}/{name}/{i}") for i, v in enumerate(values))

    def texts(self, raw: Mapping[str, Any], name: str, at: str) -> dict[str, str]:
        """An object whose values are texts; empty if it is missing."""
        values: Mapping[str, object] = self.get(raw, name, dict, at, {})
        return {k: self.typed(v, str, f"{at}/{name}/{k}") for k, v in values.items()}

    def get(
        self, raw: Mapping[str, Any], name: str, kind: type[_T], at: str, default: object = ...
    ) -> _T:
        """A property of an object; the default if it is missing, which without one is an error."""
        # The default of the default is `...`, as `None` is a value of JSON (null).
        value = raw.get(name, default)
        if isinstance(value, kind):
            return value
        place = f"{at.rstrip('/')}/{name}"
        if name in raw:
            return self.typed(value, kind, place)
        if default is ...:
            self.fail(place, "it is missing")
        return cast("_T", default)

    def typed(self, value: object, kind: type[_T], at: str) -> _T:
        """The value itself, if it is of a type."""
        if not isinstance(value, kind):
            names = {
                dict: "an object",
                list: "a list",
                str: "a text",
                bool: "true or false",
                int: "a whole number",
            }
            self.fail(at, f"{names[kind]} is expected")
        return value

    def fail(self, at: str, what: str) -> NoReturn:
        """Say what is wrong with the value at a place."""
        raise UnusableError(self.where, at, what)
