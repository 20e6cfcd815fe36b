"""The line numbers of the values in a JSON text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.package.json_values import pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

# A string, a bracket, a comma, or a number or word; white space and colons are separators.
_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Container:
    """An object or array that is still open.

    Attributes:
        pointer: Its JSON Pointer.
        step: The index of the next value of an array; for an object, the name of the next member,
            ``None`` until that has been read.
    """

    pointer: str
    step: str | int | None

    @property
    def next(self) -> str:
        """The pointer of the next value."""
        return self.pointer + pointer([0 if self.step is None else self.step])


def lines(text: str) -> Mapping[str, int]:
    r"""Return the line (from 1) on which each value of a JSON text begins, by JSON Pointer.

    A member of an object begins with its name. The text must be valid JSON; its root has the
    pointer ``/`` here.

    >>> lines('{"a": [\n  1,\n  {"b": 2}\n]}')
    {'/': 1, '/a': 1, '/a/0': 2, '/a/1': 3, '/a/1/b': 3}
    """
    found: dict[str, int] = {}
    containers: list[_Container] = []
    line, position = 1, 0
    for match in _MARK.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        mark = match.group(0)
        inside = containers[-1] if containers else None
        if mark in ("}", "]"):
            containers.pop()
        elif mark == ",":
            assert inside is not None, "in JSON a comma stands inside something"
            inside.step = inside.step + 1 if isinstance(inside.step, int) else None
        elif inside is not None and inside.step is None:
            inside.step = json.loads(mark)
            found[inside.next] = line
        else:
            at = inside.next if inside is not None else ""
            found.setdefault(at or "/", line)
            if mark in ("{", "["):
                containers.append(_Container(at, None if mark == "{" else 0))
    return found
