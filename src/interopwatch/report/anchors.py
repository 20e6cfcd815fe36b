"""Stable HTML anchors for rows, derived from their resource and key."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
_OTHER: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST: Final = 60
"""Characters of the part of an anchor that people can read: the address stays on one line."""


def anchor(name: str, key: Iterable[str]) -> str:
    """What a row is called in the address of a page.

    A key of other characters than letters, digits, hyphens and underscores is told by those and
    a part of its SHA-256, so that no two rows share an anchor.

    >>> anchor("members", ["eop", "FIN"]), anchor("cities", ["São Paulo"])
    ('members.eop.FIN', 'cities.S-o-Paulo.1abff5b7')
    """
    parts = [name, *key]
    text = ".".join(parts)
    if len(text) <= _LONGEST and all(map(_PLAIN.fullmatch, parts)):
        return text
    # Eight digits: of 2,000 rows two share them on one page in 2,000, and `Anchors` counts on then.
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:8]
    shown = ".".join(_OTHER.sub("-", part).strip("-") for part in parts)[:_LONGEST]
    return f"{shown.strip('.')}.{digest}"


class Anchors:
    """Hands out anchors, each once on a page: what is shown again has a number after it."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def new(self, name: str) -> str:
        """An anchor that is not on the page yet."""
        self._times[name] += 1
        return name if self._times[name] == 1 else f"{name}.{self._times[name]}"
