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
"""A date to the day or month as titles write it, or else a word."""
_CODE: Final = re.compile(r"`(interopwatch [^`]*)`")
_RTL: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The blocks of right-to-left scripts (Unicode Standard Annex 9)."""
_RIGHT_TO_LEFT: Final = re.compile(rf"[{_RTL}]+(?:[\s\d.\-]+[{_RTL}]+)*")


def report(report: ReportContent, pictures: Sequence[Picture] = ()) -> str:
    """Render a report as a complete page.

    Nothing on it is loaded from anywhere, and its policy (Content Security Policy Level 3) allows
    only its own style and script, whatever cells contain.

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
    """Return pictures for the templates, with SVG that is safe to embed in a page.

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
    """Return the style of a page's pictures for dark mode."""
    dark = picture_style(".picture")
    return Markup(f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n")  # noqa: S704


def notebook_report(report: ReportContent) -> str:
    """Render a report as a notebook cell, without style or script of its own."""
    return environment().get_template("notebook_report.html.jinja").render(page=page(report))


def notebook_history(subject: str, chapters: Sequence[Chapter]) -> str:
    """Render the history of a subject as a notebook cell."""
    template = environment().get_template("notebook_history.html.jinja")
    return template.render(subject=subject, chapters=chapters)


@cache
def environment(package: str = "") -> Environment:
    """Return the templates of this package, or of another that overrides and extends them.

    Args:
        package: The name of that other package, if there is one.
    """
    from interopwatch.package.edtf import in_words

    packages = (package, "interopwatch.report") if package else ("interopwatch.report",)
    made = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in packages]),
        autoescape=True,
        # An undefined name is an error, where Jinja would show nothing.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # For everything that a template shows, so that none can forget it.
        finalize=_shown,
    )
    made.filters["in_words"] = in_words
    made.filters["isolated"] = _isolated
    made.filters["with_code"] = _with_code
    made.filters["phrases"] = _phrases
    made.filters["number"] = "{:,}".format
    return made


def _phrases(text: str) -> list[str]:
    """Split a title into words, each date as one word, so that no line breaks within it.

    >>> _phrases("Clubs: 30 June 2020 → May 2021")
    ['Clubs:', '30 June 2020', '→', 'May 2021']
    """
    return _PHRASE.findall(text)


def _isolated(text: str) -> Markup:
    """Isolate right-to-left names and cells in a sentence, so that they keep their places.

    Otherwise they reorder an arrow or bracket between them, and the new value of a cell would
    appear where the old one belongs.

    >>> print(_isolated("“אב” → “גד”"))
    “<bdi>אב</bdi>” → “<bdi>גד</bdi>”
    """
    plain = str(escape(for_terminal(text)))
    return Markup(_RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", plain))  # noqa: S704 - escaped above


def _with_code(text: Markup) -> Markup:
    """Return a remark with commands as code elements instead of in backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(text)))  # noqa: S704 - escaped before


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """Show invisible and reordering characters by their codes, as in every other format."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return for_terminal(value) if is_text else value


@cache
def asset(name: str, package: str = "") -> Markup:
    """Return one of our styles or scripts from the templates folder."""
    found = environment(package)
    assert found.loader is not None, "it was made with one"
    return Markup(found.loader.get_source(found, name)[0])  # noqa: S704 - it is ours


def hash_source(text: str) -> str:
    """Return the source expression that allows an inline style or script of this text."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
