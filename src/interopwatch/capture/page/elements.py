"""Classify HTML elements by their names and attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.capture.english.text import clean
from interopwatch.capture.page.boilerplate import ARTICLE, MAIN, named, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HTML: Final = Phrasebook.of("page/elements.toml")
"""Word lists of HTML elements, roles and names by meaning, and magic numbers of files."""
SILENT: Final = HTML.words("silent")
_BLOCKS: Final = HTML.words("blocks")
_HOLDERS: Final = frozenset(("body", "div", "section", "main", "article"))
_SURROUNDING: Final = HTML.words("surrounding")
_UNFOLDING: Final = HTML.words("unfolding")
_SPOKEN: Final = HTML.words("spoken")
LISTS: Final = frozenset(("ul", "ol", "menu", "dir"))
CELLS: Final = frozenset(("td", "th"))
CAPTIONS: Final = frozenset(("figcaption", "caption"))
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LOWEST: Final = 6
_UNSTATED: Final = 2  # the level of a ``role=heading`` without ``aria-level`` (WAI-ARIA 1.2)
_HIDDEN: Final = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE
)
_STYLE: Final = 2000
_STAMPS: Final = HTML.words("stamps")
STAMPS: Final = _STAMPS | {"time"}
"""The names of declarations that are dates of the page."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_ADDRESS: Final = re.compile(r"https?://[^\s/]{1,255}[^\s]{0,2000}", re.IGNORECASE)
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_LONGEST_STAMP: Final = 100
_CONTROLS: Final = ("aria-controls", "data-target", "data-bs-target")
_NEVER: Final = frozenset(("html", "body", *_HEADINGS))
"""Elements never classified by name: it describes the entire page, or they are headings."""


def heading_level(name: str, attributes: Mapping[str, str]) -> int:
    """Return the level of a heading, 1 to 6; 0 for any other element."""
    if name in _HEADINGS or _role(attributes) != "heading":
        return _HEADINGS.get(name, 0)
    level = attributes.get("aria-level", "").strip()
    return min(max(int(level), 1), _LOWEST) if re.fullmatch("[0-9]{1,3}", level) else _UNSTATED


def unfolds(name: str, attributes: Mapping[str, str]) -> bool:
    """Return whether an element unfolds a section, and so is the section's heading."""
    button = name == "button" or _role(attributes) in {"button", "tab"}
    return name == "summary" or (button and "aria-expanded" in attributes)


def is_caption(name: str, attributes: Mapping[str, str]) -> bool:
    """Return whether an element is the caption of a picture or a table."""
    names = words_of(attributes.get("class", "")) if name in {"p", "div"} else frozenset((name,))
    return not names.isdisjoint(CAPTIONS)


def is_block(name: str, holder: str) -> bool:
    """Return whether an element begins a new line; `holder` is the innermost such around it."""
    # Custom elements are blocks among blocks, and inline elements within text.
    own = "-" in name and (not holder or holder in _HOLDERS or "-" in holder)
    return own or name in _BLOCKS


def region_kind(name: str, attributes: Mapping[str, str]) -> str:
    """Return the kind of region that an element opens; empty if it opens none."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
    panel = _role(attributes) == "tabpanel"
    if _is_hidden(attributes) and not panel and _UNFOLDING.isdisjoint(words_of(names)):
        return "hidden"
    if name == "template" and "shadowrootmode" in attributes:
        return ""
    element = HTML.data["roles"].get(_role(attributes), name)
    if element in _SURROUNDING or element in {MAIN, ARTICLE}:
        return str(element)
    if name == "span" and not _SPOKEN.isdisjoint(names.lower().split()):
        return "spoken"
    return named(names) if names and name not in _NEVER else ""


def _role(attributes: Mapping[str, str]) -> str:
    return attributes.get("role", "").strip().lower() if attributes else ""


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return (
        attributes.get("hidden", "until-found").strip().lower() != "until-found"
        or attributes.get("aria-hidden", "").strip().lower() == "true"
        or _HIDDEN.search(attributes.get("style", "")[:_STYLE]) is not None
    )


def declared(name: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the metadata of the page that an element declares, as names and values.

    The names are ``language``, ``address`` (the canonical one), ``og:title``, those in
    `STAMPS` for dates, and ``controls`` for the id of an element that this one unfolds.
    """
    for each in _CONTROLS:
        for identity in attributes.get(each, "").split():
            yield "controls", identity.lstrip("#")
    if name == "html":
        language = (attributes.get("lang") or attributes.get("xml:lang") or "").strip()
        if _LANGUAGE.fullmatch(language):
            yield "language", language
    elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
        address = attributes.get("href", "").strip()
        if _ADDRESS.fullmatch(address):
            yield "address", address
    elif name == "time":
        yield "time", clean(attributes.get("datetime", "")[:_LONGEST_STAMP])
    elif name == "meta":
        names = (attributes.get(each, "").strip().lower() for each in _NAMES)
        said, value = next(filter(None, names), ""), clean(attributes.get("content", ""))
        if said == "og:title" or (said in _STAMPS and len(value) <= _LONGEST_STAMP):
            yield said, value
