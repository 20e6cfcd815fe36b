"""What an HTML page declares about itself."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Document
from interopwatch.capture.page.elements import HTML

_STAMPS: Final = HTML.words("stamps")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_ADDRESS: Final = re.compile(r"https?://[^\s/]{1,255}[^\s]{0,2000}", re.IGNORECASE)
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_LONGEST: Final = 100
_MOST: Final = 100


def declared(root: Any, where: str, address: str) -> Document:  # noqa: ANN401 - a tree of lxml
    """A document without blocks: the first word of a page on each matter counts.

    Its title is that of its window, else that which it is shared by.
    """
    language = (root.get("lang") or root.get("xml:lang") or "").strip()
    titles = [clean("".join(each.itertext())) for each in islice(root.iter("title"), 1)]
    links = (
        link.get("href", "").strip()
        for link in root.iter("link")
        if "canonical" in link.get("rel", "").lower().split()
    )
    named = [_declaration(each) for each in root.iter("meta")]
    titles += [value for name, value in named if name == "og:title"]
    stamps = (each for each in named if each[0] in _STAMPS and 0 < len(each[1]) <= _LONGEST)
    return Document(
        where,
        (),
        marked=True,
        language=language if _LANGUAGE.fullmatch(language) else "",
        title=next(filter(None, titles), ""),
        address=next(filter(_ADDRESS.fullmatch, links), address),
        stamps=tuple(islice(stamps, _MOST)),
    )


def _declaration(meta: Any) -> tuple[str, str]:  # noqa: ANN401 - likewise
    names = (meta.get(each, "").strip().lower() for each in _NAMES)
    return next(filter(None, names), ""), clean(meta.get("content", ""))
