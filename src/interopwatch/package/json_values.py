"""Read typed values from JSON, with the JSON Pointer (RFC 6901) of whatever is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

import msgspec

from interopwatch.errors import DescriptorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_T = TypeVar("_T")
_STANDARD: Final = "https://datapackage.org/standard/data-package/"
_EXTENSION: Final = "docs/meaning.md"
_STEP: Final = r"\.(\w+)|\[(\d+|\.\.\.)\]"
_ITEM: Final = r"\[\d+\]"
_KINDS: Final = {
    "object": "an object",
    "array": "an array",
    "str": "a string",
    "bool": "a boolean",
    "int": "an integer",
}
"""The names of JSON types in msgspec's messages, in words."""
_EXPECTED: Final = r"Expected `(\w+)\b.*"
_PAIR: Final = r"Expected `array` of length 2, got .*"
_OF_MEMBER: Final = r"Object (missing required|contains unknown) field `(.*)`"


def pointer(steps: Iterable[str | int]) -> str:
    """Format a location in a JSON value as a JSON Pointer (RFC 6901); the root is the empty text.

    >>> pointer(["resources", 0, "a/b"]), pointer([])
    ('/resources/0/a~1b', '')
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def misfit(error: msgspec.ValidationError, value: Any, kind: Any) -> tuple[list[str | int], str]:  # noqa: ANN401 - JSON; a type
    """Return where a JSON value does not conform to a type, as steps, and what is wrong there.

    Args:
        error: The error that :func:`msgspec.convert` raised.
        value: The value.
        kind: The type.
    """
    problem, is_inside, path = str(error).rpartition(" - at `$")
    steps: list[str | int] = []
    current = value
    for name, index in re.findall(_STEP, path if is_inside else ""):
        step: str | int = name or index
        if step == "...":  # msgspec does not name the member: find the one that fails by itself
            alone = (
                n for n in current if _fails(_isolated(value, steps, {n: current[n]}), kind, error)
            )
            step = next(alone, "")
        elif isinstance(current, list):
            step = int(step)
        current = current[step]
        steps.append(step)
    return steps, problem if is_inside else path


def _fails(value: object, kind: Any, error: msgspec.ValidationError) -> bool:  # noqa: ANN401 - a type
    """Return whether converting a value to a type raises the same error, at any array index."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as other:
        return re.sub(_ITEM, "", str(other)) == re.sub(_ITEM, "", str(error))
    return False


def _isolated(value: Any, steps: Sequence[str | int], inner: object) -> Any:  # noqa: ANN401 - JSON
    """Replace a part of a JSON value, and drop all other items of the arrays around it.

    Otherwise, a million items would be checked again for each member of one.
    """
    if not steps:
        return inner
    only = _isolated(value[steps[0]], steps[1:], inner)
    return [only] if isinstance(value, list) else {**value, steps[0]: only}


class UnusableError(DescriptorError):
    """A property is missing or has the wrong type.

    Attributes:
        at: Its JSON Pointer (RFC 6901).
        problem: What is wrong with it.
    """

    def __init__(self, where: str, at: str, problem: str) -> None:
        about = _EXTENSION if "interopwatch" in at else _STANDARD
        super().__init__(
            f"{where}: {at}: {problem}", hint=f"Correct the descriptor there; see {about}."
        )
        self.at = at
        self.problem = problem


class JsonValues:
    """Read typed values from JSON.

    Every method raises :class:`UnusableError` for a value of the wrong type.
    """

    def __init__(self, where: str) -> None:
        """Read from a document.

        Args:
            where: Its name in messages.
        """
        self.where = where

    def typed(self, value: object, kind: type[_T], at: str) -> _T:
        """Convert a value to a type, which declares the members and which of them are optional."""
        if isinstance(kind, type) and isinstance(value, kind):
            return value
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            steps, problem = misfit(error, value, kind)
        place = f"{at.rstrip('/')}{''.join(f'/{step}' for step in steps)}"
        if member := re.fullmatch(_OF_MEMBER, problem):
            place = f"{place}/{member[2]}"
            problem = "it is missing" if "missing" in member[1] else "unknown property"
        elif re.fullmatch(_PAIR, problem):
            problem = "two strings are expected: singular and plural"
        elif expected := re.fullmatch(_EXPECTED, problem):
            problem = f"{_KINDS[expected[1]]} is expected"
        raise UnusableError(self.where, place or "/", problem)

    def get(
        self, raw: Mapping[str, Any], name: str, kind: type[_T], at: str, default: object = ...
    ) -> _T:
        """Return a property of an object, or the default if it is missing; fail without one."""
        # `...` means no default, since `None` is a JSON value (null).
        if name not in raw and default is not ...:
            return cast("_T", default)
        place = f"{at.rstrip('/')}/{name}"
        if name not in raw:
            self.fail(place, "it is missing")
        return self.typed(raw[name], kind, place)

    def fail(self, at: str, problem: str) -> NoReturn:
        """Raise :class:`UnusableError` for the value at a location."""
        raise UnusableError(self.where, at, problem)
