"""Findings: what a check has to say, as values with a stable code."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

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
