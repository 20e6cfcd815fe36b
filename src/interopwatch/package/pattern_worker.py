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

_PORTABLE: Final = re.compile(
    r"(?:[^\\()\[\]{}](?!(?<=[*+?])\+)|\\[dDwWs]|\\[^\w\s]|\((?!\?)|\(\?:|\)|\{\d+(?:,\d*)?\}(?!\+)"
    r"|\[\^?(?:[^\\\[\]]|\\[dws]|\\[^\w\s])+\])*"
)
"""Patterns that both engines interpret in the same way, given printable texts: of these, ``\\s``
matches a space only, and none contains a line end, before which ``$`` matches in Python. Possessive
quantifiers (``a*+``), assertions and references are excluded."""
_ATOM: Final = re.compile(r"\\.|\[\^?[^\]\\]*(?:\\.[^\]\\]*)*\]")
_IN_CLASS: Final = {r"\d": r"\p{Nd}", r"\w": r"\p{L}\p{N}_"}
_ALONE: Final = {
    r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\w": r"[\p{L}\p{N}_]", r"\W": r"[^\p{L}\p{N}_]",
}  # fmt: skip
"""The classes of Python (``str.isdecimal`` and ``str.isalnum``) in RE2, whose own classes are ASCII
only."""


def mismatches(pattern: str, texts: Sequence[str]) -> list[int]:
    """Return the indexes of the texts that a pattern does not match by :func:`re.fullmatch`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nested sets, which may get a meaning in future
        in_python = re.compile(pattern).fullmatch
    linear = _in_re2(pattern)
    return [
        number
        for number, text in enumerate(texts)
        if (linear if linear and text.isprintable() else in_python)(text) is None
    ]


def _in_re2(pattern: str) -> Callable[[str], Any] | None:
    """Compile a pattern with RE2; ``None`` if that fails or could change its meaning."""
    if not pattern.isprintable() or _PORTABLE.fullmatch(pattern) is None:
        return None
    try:
        import re2
    except ImportError:
        return None
    options = re2.Options()
    # Errors would go to standard error; the caller reports them as findings.
    options.log_errors = False
    # Groups are not needed, and without them it can use its fastest engine.
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
    request = json.load(sys.stdin.buffer)
    sys.stdout.write(json.dumps(mismatches(request["pattern"], request["texts"])))
