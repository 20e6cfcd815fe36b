"""Make SVG pictures safe to embed in a page: no scripts, no external resources, no clashes."""

from __future__ import annotations

import re
from typing import Final

from interopwatch.extras import extra

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS: Final = (
    *("svg", "g", "defs", "symbol", "use", "title", "desc", "text", "tspan"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop", "marker"),
)
"""Elements that draw, not those that run, load or style: script, foreignObject, image, style,
animate."""
_LOCAL_URL: Final = re.compile(r"url\(\s*[\"']?#([^)\"']*)[\"']?\s*\)")
# References out of the picture, and what has run code in some browser.
_REMOTE: Final = re.compile(r"url\(\s*(?![\"']?#)|javascript:|expression\(|@import", re.IGNORECASE)


def inline(svg: str, prefix: str, label: str = "") -> str:
    """Return an SVG for embedding in a page.

    Scripts, handlers, styles, foreign elements and references out of the picture are removed, and
    its ids get a prefix, so that a page can have several pictures.

    Args:
        svg: The picture as SVG text.
        prefix: The prefix for its ids.
        label: The id of the element that names the picture.

    Raises:
        MissingExtraError: lxml is not installed.
        ValueError: It is not SVG.
    """
    with extra("pictures", "pictures"):
        from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not SVG: {error}") from error
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(f"not SVG: its element is {root.tag!r}")
    # As a list, since elements are removed during the iteration.
    for element in list(root.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        is_allowed = name in _ELEMENTS and element.tag == f"{{{_SVG}}}{name}"
        if not is_allowed:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for key, value in list(element.attrib.items()):
            cleaned = _attribute(str(key), str(value), prefix)
            if cleaned is None:
                del element.attrib[key]
            else:
                element.set(key, cleaned)
    root.set("role", "img")
    root.set("focusable", "false")
    if label:
        root.set("aria-labelledby", label)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _attribute(name: str, value: str, prefix: str) -> str | None:
    """Return an attribute's value in a page; ``None`` if it is not allowed."""
    if name == "id":
        return f"{prefix}{value}"
    if name in ("href", _XLINK):
        return f"#{prefix}{value[1:]}" if value.startswith("#") else None
    # lxml writes `{http://…}base`, with a colon: an attribute of another vocabulary.
    if name.lower().startswith("on") or name == "style" or ":" in name or _REMOTE.search(value):
        return None
    return _LOCAL_URL.sub(lambda found: f"url(#{prefix}{found[1]})", value)
