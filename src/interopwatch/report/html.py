"""Render a report as one self-contained HTML page that needs no network.

It opens from disk, prints, and is readable in light and dark mode, on wide and narrow screens, with
and without scripts. :mod:`interopwatch.report.page` provides its content; the templates in
``templates/`` lay it out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from interopwatch.report.colours import style as picture_style
from interopwatch.report.page import page
from interopwatch.report.svg import inline
from interopwatch.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.report.model import Chapter, Picture, ReportContent


_PHRASE: Final = re.compile(r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}(?!\S)|\S+")
"""A date to the day or month as it stands in titles, or else a word."""
_CODE: Final = re.compile(r"`(interopwatch [^`]*)`")
_RTL: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The blocks of scripts that are written from right to left (Unicode Standard Annex 9)."""
_RIGHT_TO_LEFT: Final = re.compile(rf"[{_RTL}]+(?:[\s\d.\-]+[{_RTL}]+)*")


def report(report: ReportContent, pictures: Sequence[Picture] = ()) -> str:
    """A report as a whole page.

    Nothing on it is loaded from anywhere, and its policy (Content Security Policy Level 3) lets
    only its own style and script take effect, whatever stands in a cell.

    Args:
        report: The report.
        pictures: Pictures to show after the headline.

    Raises:
        ValueError: A picture is not SVG.
    """
    style, script = asset("page.css"), asset("page.js")
    if pictures:
        style += dark_pictures()
    policy = (
        f"default-src 'none'; style-src {hash_source(style)}; script-src {hash_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        environment()
        .get_template("page.html.jinja")
        .render(
            page=page(report), pictures=shown(pictures), style=style, script=script, policy=policy
        )
    )


def shown(pictures: Sequence[Picture]) -> list[dict[str, str]]:
    """Pictures as the templates show them: with their SVG fit to stand within a page.

    Raises:
        ValueError: A picture is not SVG.
    """
    return [
        {
            "title": picture.title,
            "description": picture.description,
            "svg": Markup(inline(picture.svg, f"p{at}-", f"picture-{at}")),  # noqa: S704
        }
        for at, picture in enumerate(pictures, 1)
    ]


def dark_pictures() -> Markup:
    """The style of the pictures on a page for readers who chose dark."""
    dark = picture_style(".picture")
    return Markup(f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n")  # noqa: S704


def notebook_report(report: ReportContent) -> str:
    """A report as a part of a notebook, without style or script of its own."""
    return environment().get_template("notebook_report.html.jinja").render(page=page(report))


def notebook_history(subject: str, chapters: Sequence[Chapter]) -> str:
    """The history of a subject as a part of a notebook."""
    template = environment().get_template("notebook_history.html.jinja")
    return template.render(subject=subject, chapters=chapters)


@cache
def environment(room: str = "") -> Environment:
    """The templates of this room, and before them those of another that builds on them.

    Args:
        room: The name of that room's package, if there is one.
    """
    from interopwatch.package.edtf import in_words

    rooms = (room, "interopwatch.report") if room else ("interopwatch.report",)
    made = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in rooms]),
        autoescape=True,
        # A name that nobody gave is an error, where Jinja would show nothing.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Of all that a template shows, so that none can forget it.
        finalize=_shown,
    )
    made.filters["in_words"] = in_words
    made.filters["isolated"] = _isolated
    made.filters["with_code"] = _with_code
    made.filters["phrases"] = _phrases
    made.filters["number"] = "{:,}".format
    return made


def _phrases(text: str) -> list[str]:
    """The words of a title, each date as one of them: no line ends within it.

    >>> _phrases("Clubs: 30 June 2020 → May 2021")
    ['Clubs:', '30 June 2020', '→', 'May 2021']
    """
    return _PHRASE.findall(text)


def _isolated(text: str) -> Markup:
    """A sentence in which names and cells that are written from right to left keep their places.

    Else they take the arrow or the bracket between them along, and what a cell holds now would
    stand where it is said what it held.

    >>> print(_isolated("“אב” → “גד”"))
    “<bdi>אב</bdi>” → “<bdi>גד</bdi>”
    """
    plain = str(escape(for_terminal(text)))
    return Markup(_RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", plain))  # noqa: S704 - escaped above


def _with_code(text: Markup) -> Markup:
    """A remark in which a command stands as one, and not between backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(text)))  # noqa: S704 - escaped before


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """What is invisible or reorders a line is shown by its code, as in every other format."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return for_terminal(value) if is_text else value


@cache
def asset(name: str, room: str = "") -> Markup:
    """A style or script of ours as it stands among the templates."""
    found = environment(room)
    assert found.loader is not None, "it was made with one"
    return Markup(found.loader.get_source(found, name)[0])  # noqa: S704 - it is ours


def hash_source(text: str) -> str:
    """The source expression that lets an inline style or script of this text take effect."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
