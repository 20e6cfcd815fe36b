"""Reports as one page of HTML that needs nothing else, not even a network.

It opens from disk, prints, and reads well in light and dark, wide and narrow, with scripts or
without.
:mod:`interopwatch.report.page` says what stands on it; the templates beside this lay it out.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from interopwatch.report.colours import style as picture_style
from interopwatch.report.page import page
from interopwatch.report.svg import inline
from interopwatch.text import for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.report.model import Entry, Picture, ReportContent


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
    style, script = _asset("page.css"), _asset("page.js")
    if pictures:
        dark = picture_style(".picture")
        style += Markup(f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n")  # noqa: S704
    shown = [
        {
            "title": picture.title,
            "description": picture.description,
            "svg": Markup(inline(picture.svg, f"p{at}-", f"picture-{at}")),  # noqa: S704
        }
        for at, picture in enumerate(pictures, 1)
    ]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html.jinja")
    return template.render(
        page=page(report), pictures=shown, style=style, script=script, policy=policy
    )


def notebook_report(report: ReportContent) -> str:
    """A report as a part of a notebook, without style or script of its own."""
    return _environment().get_template("notebook_report.html.jinja").render(page=page(report))


def notebook_history(subject: str, entries: Sequence[Entry]) -> str:
    """The history of a subject as a part of a notebook."""
    template = _environment().get_template("notebook_history.html.jinja")
    return template.render(subject=subject, entries=entries)


@cache
def _environment() -> Environment:
    from interopwatch.package.edtf import in_words

    made = Environment(
        loader=PackageLoader("interopwatch.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    made.filters["in_words"] = in_words
    return made


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """What is invisible or reorders a line is shown by its code, as in every other format."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return for_terminal(value) if is_text else value


@cache
def _asset(name: str) -> Markup:
    """A style or script of ours as it stands in the page."""
    environment = _environment()
    assert environment.loader is not None, "it was made with one"
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - it is ours


def _hash(text: str) -> str:
    """The source expression that lets an inline style or script of this text take effect."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
