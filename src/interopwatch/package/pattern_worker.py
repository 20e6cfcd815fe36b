"""Match texts against one pattern, in a process of its own that can be killed.

It reads ``{"pattern": …, "texts": […]}`` as JSON and writes the indexes of the texts that the
pattern does not match completely. RE2, if installed, takes linear time (Cox, "Regular Expression
Matching Can Be Simple And Fast"); Python's own engine backtracks, and can take any time.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ALIKE: Final = re.compile(
    r"(?:[^\\()\[\]{}](?!(?<=[*+?])\+)|\\[dDwWs]|\\[^\w\s]|\((?!\?)|\(\?:|\)|\{\d+(?:,\d*)?\}(?!\+)"
    r"|\[\^?(?:[^\\\[\]]|\\[dws]|\\[^\w\s])+\])*"
)
"""What both engines take to mean the same, given printable texts: of these, a space is all that
``\\s`` matches, and none holds a line end, before which ``$`` matches in Python. Possessive
repetitions (``a*+``), assertions and references are left out."""
_ATOM: Final = re.compile(r"\\.|\[\^?[^\]\\]*(?:\\.[^\]\\]*)*\]")
_IN_CLASS: Final = {r"\d": r"\p{Nd}", r"\w": r"\p{L}\p{N}_"}
_ALONE: Final = {
    r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\w": r"[\p{L}\p{N}_]", r"\W": r"[^\p{L}\p{N}_]",
}  # fmt: skip
"""What RE2, whose classes hold ASCII only, calls the classes of Python (``str.isdecimal`` and
``str.isalnum``)."""


def mismatches(pattern: str, texts: Sequence[str]) -> list[int]:
    """The numbers of the texts that a pattern does not match as :func:`re.fullmatch` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sets in sets, which may mean something one day
        in_python = re.compile(pattern).fullmatch
    linear = _in_re2(pattern)
    return [
        number
        for number, text in enumerate(texts)
        if (linear if linear and text.isprintable() else in_python)(text) is None
    ]


def _in_re2(pattern: str) -> Callable[[str], Any] | None:
    """How RE2 matches a pattern; nothing if it does not, or could mean something else by it."""
    if not pattern.isprintable() or _ALIKE.fullmatch(pattern) is None:
        return None
    try:
        import re2
    except ImportError:
        return None
    options = re2.Options()
    # Else RE2 writes to standard error what the caller says in a finding.
    options.log_errors = False
    # Groups are not asked for, and without them its fastest engine can be used.
    options.never_capture = True
    try:
        return re2.compile(_ATOM.sub(_as_re2, pattern), options).fullmatch  # type: ignore[no-any-return]
    except re2.error:
        return None


def _as_re2(atom: re.Match[str]) -> str:
    if atom[0].startswith("["):
        return re.sub(r"\\.", lambda one: _IN_CLASS.get(one[0], one[0]), atom[0])
    return _ALONE.get(atom[0], atom[0])


if __name__ == "__main__":
    asked = json.load(sys.stdin.buffer)
    sys.stdout.write(json.dumps(mismatches(asked["pattern"], asked["texts"])))
