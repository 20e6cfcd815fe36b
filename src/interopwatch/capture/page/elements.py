"""What the elements of an HTML page are, and what they declare, by their names and attributes."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Document
from interopwatch.capture.page.boilerplate import ARTICLE, MAIN, named, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML: Final = Phrasebook.of("page/elements.toml")
"""The elements of HTML, and what else is known of its pages."""
SILENT: Final = HTML.words("silent")
BLOCKS: Final = HTML.words("blocks")
_SURROUNDING: Final = HTML.words("surrounding")
_UNFOLDING: Final = HTML.words("unfolding")
_SPOKEN: Final = HTML.words("spoken")
LISTS: Final = frozenset(("ul", "ol", "menu", "dir"))
CELLS: Final = frozenset(("td", "th"))
CAPTIONS: Final = frozenset(("figcaption", "caption"))
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LOWEST: Final = 6
_UNSTATED: Final = 2  # the level of a heading by role that states none (WAI-ARIA 1.2)
_HIDDEN: Final = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE
)
_STYLE: Final = 2000
_ANCESTRAL: Final = frozenset(("header", "footer"))
_STAMPS: Final = HTML.words("stamps")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_ADDRESS: Final = re.compile(r"https?://[^\s/]{1,255}[^\s]{0,2000}", re.IGNORECASE)
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_LONGEST_STAMP: Final = 100
_MOST: Final = 100
_NEVER: Final = frozenset(("html", "body", *_HEADINGS))
"""Elements whose names say something of the whole page, or that are no surroundings."""


def heading_level(name: str, attributes: Mapping[str, str]) -> int:
    """The level of a heading, 1 to 6; 0 for what is none."""
    if name in _HEADINGS or _role(attributes) != "heading":
        return _HEADINGS.get(name, 0)
    level = attributes.get("aria-level", "").strip()
    return min(max(int(level), 1), _LOWEST) if re.fullmatch("[0-9]{1,3}", level) else _UNSTATED


def has_columns(row: Any) -> bool:  # noqa: ANN401 - an element of lxml, which has no types
    """Whether headings stand above the cells of a row: its table begins with a row of them."""
    table = next(row.iterancestors("table"), None)
    first = None if table is None else table.find(".//tr")
    return first is not None and len(first) > 1 and all(cell.tag == "th" for cell in first)


def unfolds(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a reader unfolds a section by this element, which is the heading of it then."""
    button = name == "button" or _role(attributes) in {"button", "tab"}
    return name == "summary" or (button and "aria-expanded" in attributes)


def is_caption(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element stands under a picture or over a table."""
    names = words_of(attributes.get("class", "")) if name in {"p", "div"} else frozenset((name,))
    return not names.isdisjoint(CAPTIONS)


def region_kind(
    name: str, attributes: Mapping[str, str], controlled: frozenset[str], *, in_text: bool
) -> str:
    """The kind of region that an element begins; empty if it begins none.

    Args:
        name: The name of the element.
        attributes: Its attributes.
        controlled: The ids of what something on the page unfolds.
        in_text: Whether it stands in the main text, or in a heading: the header of an article
            is no boilerplate.
    """
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()
    if _is_hidden(attributes) and not (
        _role(attributes) == "tabpanel"
        or attributes.get("id", "") in controlled
        or not _UNFOLDING.isdisjoint(words_of(names))
    ):
        return "hidden"
    if name == "template" and "shadowrootmode" in attributes:
        return ""
    element = HTML.data["roles"].get(_role(attributes), name)
    around = element in _SURROUNDING and not (in_text and element in _ANCESTRAL)
    if around or element in {MAIN, ARTICLE}:
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


def controlled(root: Any) -> frozenset[str]:  # noqa: ANN401 - a tree of lxml, which has no types
    """The ids of what elements of a page unfold."""
    found = root.xpath("//@aria-controls | //@data-target | //@data-bs-target")
    return frozenset(each.lstrip("#") for value in found for each in value.split())


def declared(root: Any, where: str, address: str) -> Document:  # noqa: ANN401 - a tree of lxml
    """A document without blocks: the first word of a page on each matter counts.

    Its title is that of its window, else that which it is shared by.
    """
    language = (root.get("lang") or root.get("xml:lang") or "").strip()
    windows = root.xpath("//title[not(ancestor::svg)]")  # a picture has a title of its own
    titles = [clean("".join(each.itertext())) for each in windows[:1]]
    links = (
        link.get("href", "").strip()
        for link in root.iter("link")
        if "canonical" in link.get("rel", "").lower().split()
    )
    named = [_declaration(each) for each in root.iter("meta")]
    titles += [value for name, value in named if name == "og:title"]
    stamps = (each for each in named if each[0] in _STAMPS and 0 < len(each[1]) <= _LONGEST_STAMP)
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
