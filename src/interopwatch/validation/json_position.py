"""Where in the text of a JSON file a value stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A text, a bracket, a comma, or a number or word: white space and colons only part them.
_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Container:
    """An object or array that is not closed yet.

    Attributes:
        pointer: Where it is.
        is_object: Whether its values have names.
        key: The name of the value that comes next; ``None`` until it has been read.
        index: The place of that value in an array.
    """

    pointer: str
    is_object: bool
    key: str | None = None
    index: int = 0

    @property
    def next(self) -> str:
        """The pointer of the value that comes next."""
        return f"{self.pointer}/{self.key if self.is_object else self.index}"


def pointer(path: Iterable[str | int]) -> str:
    """A path in JSON as a JSON Pointer (RFC 6901); the root is ``/`` here.

    >>> pointer(["resources", 0, "a/b"]), pointer([])
    ('/resources/0/a~1b', '/')
    """
    return "".join(f"/{_escaped(str(step))}" for step in path) or "/"


def lines(text: str) -> Mapping[str, int]:
    r"""The line (from 1) on which each value of a JSON text begins, by its JSON Pointer.

    A member of an object begins where its name does. The text must be valid JSON.

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
            inside.index += 1
            inside.key = None
        elif inside is not None and inside.is_object and inside.key is None:
            inside.key = _escaped(json.loads(mark))
            found[inside.next] = line
        else:
            at = inside.next if inside is not None else ""
            found.setdefault(at or "/", line)
            if mark in ("{", "["):
                containers.append(_Container(at, is_object=mark == "{"))
    return found


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
