"""Pictures as SVG and PNG: Vega-Lite over plain records, drawn without a browser.

Needs ``vl-convert-python`` (the extra ``pictures``), which includes Vega. The same records give the
same bytes: neither the clock, the time zone nor random numbers affect them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from string import Template
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import DescriptorError
from interopwatch.extras import extra, has_extra
from interopwatch.package.picture import refused
from interopwatch.report.colours import DARK, LIGHT, style
from interopwatch.report.model import Picture
from interopwatch.report.vega import DrawingError, shared_drawer
from interopwatch.text import for_xml

if TYPE_CHECKING:
    from lxml import etree

    from interopwatch.report.series import Record

_VEGA_LITE: Final = "5.21"
"""The version of Vega-Lite in which specifications are written; each vl-convert has several."""
_SVG: Final = "http://www.w3.org/2000/svg"
_OF_MARKS: Final = ("role", "aria-roledescription", "aria-hidden", "aria-label")
"""Removed, since screen readers present a picture as one image, with its title and description."""
_LINE: Final = 62
"""The line length of the description above a picture, in characters: about 430 pixels."""
_SCALE: Final = 2.0
"""Pixels of a PNG per pixel of the picture, as high-resolution screens and print need."""
_REFERENCE: Final = re.compile(r"url\(#([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Sketch:
    """Everything needed to draw a picture.

    Attributes:
        name: Its name in commands.
        title: Its title.
        description: What it shows, and how to read it.
        spec: The Vega-Lite specification, without data.
        records: The records that it shows.
        labels: Texts that the specification can use as parameters.
    """

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]
    records: tuple[Record, ...]
    labels: Mapping[str, str]


def draw(sketch: Sketch, *, is_titled: bool = False) -> Picture:
    """Draw a picture as SVG for embedding in a page, with ``title``, ``desc`` and unique ids.

    Args:
        sketch: The picture to draw.
        is_titled: Whether to draw title and description, too, for a stand-alone file; such a file
            follows the reader's choice of light or dark mode by itself. In a page,
            :func:`interopwatch.report.colours.style` does so.

    Raises:
        MissingExtraError: vl-convert is not installed; the hint names the extra.
        DescriptorError: The specification cannot be drawn, or takes too much time or memory.
    """
    sketch = replace(sketch, title=_in_xml(sketch.title), description=_in_xml(sketch.description))
    spec = _complete(sketch, is_titled=is_titled)
    try:
        svg = shared_drawer().svg(spec, _VEGA_LITE)
    except DrawingError as error:
        raise _cannot_be_drawn(sketch, error) from None
    return Picture(sketch.title, sketch.description, _finished(svg, sketch, is_alone=is_titled))


def draw_png(sketch: Sketch) -> bytes:
    """Draw a picture as PNG, with its title, on light paper.

    Raises:
        MissingExtraError: vl-convert is not installed; the hint names the extra.
        DescriptorError: The specification cannot be drawn, or takes too much time or memory.
    """
    spec = _complete(sketch, is_titled=True) | {"background": LIGHT["paper"]}
    try:
        return shared_drawer().png(spec, _VEGA_LITE, _SCALE)
    except DrawingError as error:
        raise _cannot_be_drawn(sketch, error) from None


def is_available() -> bool:
    """Return whether the extra ``pictures`` is installed."""
    return has_extra("pictures")


def installed(name: str) -> Mapping[str, Any]:
    """Return a specification that is installed with this library, with colours substituted by name.

    The fonts in ``theme`` have equal widths, and vl-convert includes the first one, so that text is
    measured the same on every machine.
    """
    text = (files("interopwatch.report") / "specs" / f"{name}.json").read_text("utf-8")
    spec: Mapping[str, Any] = json.loads(Template(text).substitute(LIGHT))
    return spec


def _complete(sketch: Sketch, *, is_titled: bool) -> dict[str, Any]:
    """Return the specification with its records, colours and title."""
    for at, problem in refused(dict(sketch.spec)):
        raise _cannot_be_drawn(sketch, f"{'/'.join(map(str, at))}: {problem}")
    texts = {**LIGHT, **sketch.labels}
    params = [{"name": name, "value": value} for name, value in texts.items()]
    spec = {
        **sketch.spec,
        "$schema": f"https://vega.github.io/schema/vega-lite/v{_VEGA_LITE}.json",
        "background": None,
        "config": installed("theme"),
        "datasets": {"series": list(sketch.records)},
        "data": {"name": "series"},
        "params": [*params, *sketch.spec.get("params", ())],
    }
    if is_titled:
        spec["title"] = {
            "text": wrap(sketch.title, 50),
            "subtitle": wrap(sketch.description, _LINE),
        }
    drawable: dict[str, Any] = _in_xml(spec)
    return drawable


def _in_xml(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with only characters that XML allows; vl-convert aborts on any other."""
    if isinstance(value, str):
        return for_xml(value)
    if isinstance(value, Mapping):
        return {_in_xml(name): _in_xml(each) for name, each in value.items()}
    return [_in_xml(each) for each in value] if isinstance(value, (list, tuple)) else value


def _cannot_be_drawn(sketch: Sketch, reason: object) -> DescriptorError:
    return DescriptorError(f"the picture {sketch.name!r} cannot be drawn: {reason}")


def _finished(svg: str, sketch: Sketch, *, is_alone: bool) -> str:
    with extra("pictures", "pictures"):
        from lxml import etree

    # A picture of many marks exceeds libxml2's default limits; the drawer limits its size.
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    elements = list(root.iter(etree.Element))
    ids = _own_ids([str(e.get("id")) for e in elements if e.get("id")], f"{sketch.name}-")
    for element in elements:
        _clean(element, ids)
    root.set("role", "img")
    root.set("aria-labelledby", f"{sketch.name}-title {sketch.name}-desc")
    for i, (tag, text) in enumerate((("title", sketch.title), ("desc", sketch.description))):
        child = etree.Element(f"{{{_SVG}}}{tag}", id=f"{sketch.name}-{tag}")
        child.text = text
        # As the first child, where every reader expects them (SVG 1.1, section 5.4).
        root.insert(i, child)
    if is_alone:
        sheet = etree.Element(f"{{{_SVG}}}style")
        dark = f"svg {{ background: {DARK['paper']}; }}\n{style()}"
        light = f"svg {{ background: {LIGHT['paper']}; }}"
        sheet.text = f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
        root.insert(2, sheet)
    return etree.tostring(root, encoding="unicode") + "\n"


def _own_ids(names: Iterable[str], prefix: str) -> dict[str, str]:
    """Map ids to a picture's own, numbered from 0: the drawer's counters run on between pictures.

    >>> _own_ids(["clip3", "gradient_7", "clip4"], "p-")
    {'clip3': 'p-clip0', 'gradient_7': 'p-gradient_0', 'clip4': 'p-clip1'}
    """
    found: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for name in dict.fromkeys(names):
        stem = name.rstrip("0123456789")
        found[name] = f"{prefix}{name}" if stem == name else f"{prefix}{stem}{counts[stem]}"
        counts[stem] += 1
    return found


def _clean(element: etree._Element, ids: Mapping[str, str]) -> None:
    """Set an element's ids, and remove descriptions of single marks and invisible frames."""
    attributes = element.attrib
    parent = element.getparent()
    is_frame = attributes.get("class") in ("background", "foreground")
    if parent is not None and is_frame and not {"fill", "stroke"} & set(attributes):
        parent.remove(element)
        return
    for name, value in list(attributes.items()):
        if str(name) in _OF_MARKS:
            del attributes[name]
        elif name == "id":
            attributes[name] = ids[str(value)]
        else:
            attributes[name] = _REFERENCE.sub(
                lambda found: f"url(#{ids.get(found[1], '')})", str(value)
            )
