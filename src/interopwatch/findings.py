"""Findings of checks: values with a stable code."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["error", "warning", "notice"]


class FindingType(Struct, frozen=True):
    """The definition of a finding code.

    Attributes:
        title: The finding in a few words.
        description: The problem and the rule that it breaks.
        level: Its severity; only an ``error`` makes a package invalid.
    """

    title: str
    description: str
    level: Level = "error"


class Finding(Struct, frozen=True, order=True):
    """One problem that a check found.

    Attributes:
        file: The file, relative to the package.
        line: The line in that file (from 1); 0 if the finding is about the complete file.
        field: The field, or the JSON Pointer in a JSON file; empty if it is about the row.
        code: The kind of finding; stable, for scripts.
        message: The problem.
        hint: What to do about it.
        level: An ``error`` makes the package invalid; the other levels do not.
    """

    file: str
    line: int
    field: str
    code: str
    message: str
    hint: str = ""
    level: Level = "error"

    @property
    def place(self) -> str:
        """The location as ``file:line:field``, without unknown parts."""
        parts = [self.file, str(self.line) if self.line else "", self.field]
        return ":".join(part for part in parts if part)

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.level}: {self.message}{hint} [{self.code}]"


@cache
def catalogue() -> Mapping[str, Any]:
    """Load the catalogue: the level, title, description and messages of each finding code."""
    # Loaded only once something is found.
    from importlib.resources import files

    from msgspec import toml

    text = files("interopwatch").joinpath("findings.toml").read_text("utf-8")
    found: dict[str, Any] = toml.decode(text)
    return found


def found(name: str, file: str, line: int = 0, field: str = "", /, **values: object) -> Finding:
    """Make a finding with the message of the catalogue.

    Args:
        name: Its code, followed by a dot and the name of a message if the code has several.
        file: The file.
        line: The line in it; 0 if the finding is about the complete file.
        field: The field, or the JSON Pointer in a JSON file.
        values: The values of the placeholders in the message.
    """
    return in_words_of(catalogue(), name, (file, line, field), values)


def in_words_of(
    entries: Mapping[str, Any],
    name: str,
    place: tuple[str, int, str],
    values: Mapping[str, object],
) -> Finding:
    """Make a finding with the message of any catalogue, as :func:`found` does with its own."""
    code, _, form = name.partition(".")
    words = {"hint": "", "level": "error", **entries[code], **entries[code].get(form, {})}
    message, hint = (words[each].format_map(values) for each in ("says", "hint"))
    return Finding(*place, code, message, hint, words["level"])
