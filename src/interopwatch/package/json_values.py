"""Read typed values from JSON, with the JSON Pointer (RFC 6901) of whatever is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

import msgspec

from interopwatch.errors import DescriptorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_T = TypeVar("_T")
_STEP: Final = r"\.(\w+)|\[(\d+|\.\.\.)\]"
_ITEM: Final = r"\[\d+\]"
_KINDS: Final = {
    "object": "an object",
    "array": "a list",
    "str": "a text",
    "bool": "true or false",
    "int": "a whole number",
}
"""What msgspec calls the types of JSON, in words."""
_EXPECTED: Final = r"Expected `(\w+)\b.*"
_PAIR: Final = r"Expected `array` of length 2, got .*"
_OF_MEMBER: Final = r"Object (missing required|contains unknown) field `(.*)`"


def pointer(steps: Iterable[str | int]) -> str:
    """A place in a JSON value as a JSON Pointer (RFC 6901); the root is the empty text.

    >>> pointer(["resources", 0, "a/b"]), pointer([])
    ('/resources/0/a~1b', '')
    """
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def misfit(error: msgspec.ValidationError, value: Any, kind: Any) -> tuple[list[str | int], str]:  # noqa: ANN401 - JSON; a type
    """Where a JSON value is none of a type, step by step, and what is wrong there.

    Args:
        error: What :func:`msgspec.convert` raised.
        value: The value.
        kind: The type.
    """
    what, is_inside, path = str(error).rpartition(" - at `$")
    steps: list[str | int] = []
    here = value
    for name, index in re.findall(_STEP, path if is_inside else ""):
        step: str | int = name or index
        if step == "...":  # it does not say which member: it is the one that is wrong by itself
            alone = (n for n in here if _fails(_only(value, steps, {n: here[n]}), kind, error))
            step = next(alone, "")
        elif isinstance(here, list):
            step = int(step)
        here = here[step]
        steps.append(step)
    return steps, what if is_inside else path


def _fails(value: object, kind: Any, error: msgspec.ValidationError) -> bool:  # noqa: ANN401 - a type
    """Whether a value fails to be of a type by the same error, wherever in lists."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as other:
        return re.sub(_ITEM, "", str(other)) == re.sub(_ITEM, "", str(error))
    return False


def _only(value: Any, steps: Sequence[str | int], inner: object) -> Any:  # noqa: ANN401 - JSON
    """A JSON value with something else at a place in it, and no other items in lists around that.

    Of a million items, the others would be looked at again for each member of one.
    """
    if not steps:
        return inner
    only = _only(value[steps[0]], steps[1:], inner)
    return [only] if isinstance(value, list) else {**value, steps[0]: only}


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
    """Takes typed values out of JSON.

    Every method raises :class:`UnusableError` for a value of the wrong type.
    """

    def __init__(self, where: str) -> None:
        """Read from a document.

        Args:
            where: What to call it in messages.
        """
        self.where = where

    def typed(self, value: object, kind: type[_T], at: str) -> _T:
        """A value as one of a type, which says what it holds and what it may lack."""
        if isinstance(kind, type) and isinstance(value, kind):
            return value
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            steps, what = misfit(error, value, kind)
        place = f"{at.rstrip('/')}{''.join(f'/{step}' for step in steps)}"
        if member := re.fullmatch(_OF_MEMBER, what):
            place = f"{place}/{member[2]}"
            what = "it is missing" if "missing" in member[1] else "there is no such property"
        elif re.fullmatch(_PAIR, what):
            what = "two texts are expected: one, several"
        elif expected := re.fullmatch(_EXPECTED, what):
            what = f"{_KINDS[expected[1]]} is expected"
        raise UnusableError(self.where, place or "/", what)

    def get(
        self, raw: Mapping[str, Any], name: str, kind: type[_T], at: str, default: object = ...
    ) -> _T:
        """A property of an object; the default if it is missing, which without one is an error."""
        # The default of the default is `...`, as `None` is a value of JSON (null).
        if name not in raw and default is not ...:
            return cast("_T", default)
        place = f"{at.rstrip('/')}/{name}"
        if name not in raw:
            self.fail(place, "it is missing")
        return self.typed(raw[name], kind, place)

    def fail(self, at: str, what: str) -> NoReturn:
        """Say what is wrong with the value at a place."""
        raise UnusableError(self.where, at, what)
