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
"""What draws; not what runs, loads or styles: script, foreignObject, image, style, animate."""
_OWN: Final = re.compile(r"url\(\s*[\"']?#([^)\"']*)[\"']?\s*\)")
# What refers out of the picture, or has run code in some browser.
_REMOTE: Final = re.compile(r"url\(\s*(?![\"']?#)|javascript:|expression\(|@import", re.IGNORECASE)


def inline(svg: str, prefix: str, label: str = "") -> str:
    """An SVG as part of a page.

    Scripts, handlers, styles, foreign elements and whatever refers out of the picture are left
    out, and its ids get a prefix, so that several pictures can stand on one page.

    Args:
        svg: The picture as SVG text.
        prefix: What to put before its ids.
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
    # As a list: elements go while it is walked through.
    for element in list(root.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        is_ours = name in _ELEMENTS and element.tag == f"{{{_SVG}}}{name}"
        if not is_ours:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for key, value in list(element.attrib.items()):
            kept = _attribute(str(key), str(value), prefix)
            if kept is None:
                del element.attrib[key]
            else:
                element.set(key, kept)
    root.set("role", "img")
    root.set("focusable", "false")
    if label:
        root.set("aria-labelledby", label)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _attribute(name: str, value: str, prefix: str) -> str | None:
    """An attribute as it may stand in a page; ``None`` if it may not."""
    if name == "id":
        return f"{prefix}{value}"
    if name in ("href", _XLINK):
        return f"#{prefix}{value[1:]}" if value.startswith("#") else None
    # What lxml calls `{http://…}base` has a colon: an attribute of another vocabulary.
    if name.lower().startswith("on") or name == "style" or ":" in name or _REMOTE.search(value):
        return None
    return _OWN.sub(lambda found: f"url(#{prefix}{found[1]})", value)
