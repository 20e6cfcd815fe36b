"""Findings of checks: values with a stable code."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["error", "warning", "notice"]


class FindingType(Struct, frozen=True):
    """What a code of findings stands for.

    Attributes:
        title: The finding in a few words.
        description: What is wrong, and what the rule is.
        level: How grave it is; only an ``error`` makes a package invalid.
    """

    title: str
    description: str
    level: Level = "error"


class Finding(Struct, frozen=True, order=True):
    """One thing that a check found.

    Attributes:
        file: The file it is about, relative to the package.
        line: The line in that file (from 1); 0 if it is about the file as a whole.
        field: The field, or the place in a JSON file; empty if it is about the row.
        code: What kind of finding it is; stable, for scripts.
        message: What is wrong.
        hint: What to do about it.
        level: An ``error`` makes the package invalid; the others do not.
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
        """Where it is: ``file:line:field``, as far as known."""
        parts = [self.file, str(self.line) if self.line else "", self.field]
        return ":".join(part for part in parts if part)

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.level}: {self.message}{hint} [{self.code}]"


@cache
def catalogue() -> Mapping[str, Any]:
    """Every code that a check of a package can give: what it stands for, and what is said of it."""
    # Only what finds anything needs to read it.
    from importlib.resources import files

    from msgspec import toml

    text = files("interopwatch").joinpath("findings.toml").read_text("utf-8")
    found: dict[str, Any] = toml.decode(text)
    return found


def found(name: str, file: str, line: int = 0, field: str = "", /, **said: object) -> Finding:
    """A finding in the words of the catalogue.

    Args:
        name: Its code; with the name of one of its messages behind a full stop if it has several.
        file: The file it is about.
        line: The line in it; 0 if it is about the file as a whole.
        field: The field that it is about, or the place in a JSON file.
        said: What stands for the names in braces.
    """
    return in_words_of(catalogue(), name, (file, line, field), said)


def in_words_of(
    known: Mapping[str, Any], name: str, place: tuple[str, int, str], said: Mapping[str, object]
) -> Finding:
    """A finding in the words of any catalogue, as :func:`found` has those of its own."""
    code, _, form = name.partition(".")
    words = {"hint": "", "level": "error", **known[code], **known[code].get(form, {})}
    message, hint = (words[each].format_map(said) for each in ("says", "hint"))
    return Finding(*place, code, message, hint, words["level"])
