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
"""The maximum length of an anchor's readable part, so that the address stays on one line."""


def anchor(name: str, key: Iterable[str]) -> str:
    """Return the anchor of a row, for use in the page's address.

    If the key has characters other than letters, digits, hyphens and underscores, or is long, a
    part of its SHA-256 is appended, so that no two rows share an anchor.

    >>> anchor("members", ["eop", "FIN"]), anchor("cities", ["São Paulo"])
    ('members.eop.FIN', 'cities.S-o-Paulo.1abff5b7')
    """
    parts = [name, *key]
    text = ".".join(parts)
    if len(text) <= _LONGEST and all(map(_PLAIN.fullmatch, parts)):
        return text
    # Eight digits: among 2,000 rows, one page in 2,000 has a collision, which `Anchors` then
    # numbers.
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:8]
    shown = ".".join(_OTHER.sub("-", part).strip("-") for part in parts)[:_LONGEST]
    return f"{shown.strip('.')}.{digest}"


class Anchors:
    """Assigns each anchor once on a page: a repeated one gets a number appended."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def new(self, name: str) -> str:
        """Return an anchor that is not yet on the page."""
        self._times[name] += 1
        return name if self._times[name] == 1 else f"{name}.{self._times[name]}"
