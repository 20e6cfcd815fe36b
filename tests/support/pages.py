"""Small pages, written once and laid out in every way of the real ones.

    page([h(1, "Cooperation"), p("Text."), li("One"), li("Two")], updated="3 March 2025")

    .text("2022")   the text that a reader copies from the page, in the layout of that year
    .html("new")    the page itself, with everything around the text on a site
    .texts("2022")  the expected texts of the blocks in that layout, in order

The layouts of text are ``2025`` (bullets, numbers, lines with only a no-break space), ``2024``
(bullets for numbers), ``2022`` (headings are bullets, with an indented body), ``new`` (account and
newsletter lines come first), ``essay`` (one block to a line, with advertisements between) and
``wrapped`` (as 2025, in lines of 72 columns). Those of HTML are ``old`` (divisions with class
names) and ``new`` (semantic elements, sections that unfold).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Layout = Literal["2025", "2024", "2022", "new", "essay", "wrapped"]
    Site = Literal["old", "new"]

TEXT_LAYOUTS: Final[tuple[Layout, ...]] = ("2025", "2024", "2022", "new", "essay", "wrapped")
SITES: Final[tuple[Site, ...]] = ("old", "new")
NOTHING: Final = "\N{NO-BREAK SPACE}"

OLD_TOP: Final = """
<div id="cookie-banner" class="cookie-notice"><h2>Your privacy</h2>
<p>This site uses cookies. <a href="/cookies">More</a></p><button>Accept all</button></div>
<div class="header-tools"><a href="#content">Skip to content</a></div>
<div id="nav" role="navigation"><ul><li><a href="/">Home</a></li><li><a href="/n">News</a>
<ul><li>Speeches</li></ul></li></ul></div>
<div class="user-account"><a href="/login">Sign in</a> or create an account</div>
"""
OLD_END: Final = """
<div class="share-buttons"><a>Facebook</a> <a>X</a> <a>Reddit</a></div>
<div class="newsletter-signup"><h3>Stay informed</h3><p>Subscribe to our newsletter.</p></div>
<div role="contentinfo"><p>© The site</p><p>Legal notice</p></div>
<script>if (1 < 2) { document.write("<p>written by a script</p>"); }</script>
"""
NEW_TOP: Final = """
<dialog class="consent" open><h2>We value your privacy</h2><p>Choose which cookies you allow.
</p><button>Allow all</button></dialog>
<a class="skip-link" href="#main">Skip to main content</a>
<header><a href="/">The site</a><nav aria-label="Main"><ul><li>Topics</li><li>About us</li>
</ul></nav><form role="search"><label>Search</label><input name="q"></form></header>
<noscript><p>Please enable scripts.</p></noscript>
"""
NEW_END: Final = """
<aside><h2>Related</h2><article><h3>Another page</h3><p>What it is about.</p></article></aside>
<section class="newsletter"><h2>Newsletter</h2><p>Sign up for our newsletter.</p></section>
<footer><nav><a>Contact</a></nav><p>All rights reserved</p></footer>
<svg><title>A logo</title><text>Logo</text></svg>
"""
NEW_LINES: Final = ("Skip to main content", "Sign in", "Subscribe to our newsletter", "Menu")
ESSAY_LINES: Final = ("Facebook X Reddit", "ADVERTISEMENT", "ADVERTISEMENT")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page: ``kind`` is h, p, li or caption."""

    kind: str
    text: str
    level: int = 0
    numbered: bool = False


def h(level: int, text: str) -> Part:
    """Return a heading."""
    return Part("h", text, level)


def p(text: str) -> Part:
    """Return a paragraph."""
    return Part("p", text)


def li(text: str, level: int = 1, *, numbered: bool = False) -> Part:
    """Return a list item."""
    return Part("li", text, level, numbered)


def caption(text: str) -> Part:
    """Return the caption of a picture."""
    return Part("caption", text)


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a page, and the date of its last update, as the page writes it."""

    parts: tuple[Part, ...]
    updated: str = ""
    language: str = "en"
    address: str = ""

    def text(self, layout: Layout) -> str:
        """Return the page as text, without a line break at its end."""
        if layout == "essay":
            first, *rest = self.texts(layout)
            return "\n".join([first, *ESSAY_LINES, *rest])
        lines = list(self._lines(layout))
        if layout == "new":
            lines = [each for line in NEW_LINES for each in (line, "")] + lines
        return "\n".join(lines).rstrip("\n")

    def texts(self, layout: Layout | Site) -> list[str]:
        """Return the texts of the page in one layout, in order."""
        texts = [part.text for part in self.parts]
        return [*texts[:1], *self._stamp(layout), *texts[1:]]

    def html(self, site: Site) -> str:
        """Return the page as HTML."""
        head = f'<head><meta charset="utf-8"><title>{escape(self.parts[0].text)}</title>'
        if self.address:
            head += f'<link rel="canonical" href="{escape(self.address)}">'
        start = f'<!DOCTYPE html>\n<html lang="{self.language}">\n{head}</head>\n<body>'
        stamp = "".join(self._stamp(site))
        top, *others = _marked(self.parts, unfolding=site == "new")
        rest = "\n".join(others)
        if site == "old":
            dated = f'<ul class="info"><li>{escape(stamp)}</li></ul>' if stamp else ""
            text = f'<div id="content">\n{top}\n{dated}\n{rest}\n</div>'
            return f"{start}{OLD_TOP}{text}{OLD_END}</body>\n</html>"
        dated = f"<p>{escape(stamp)}</p>" if stamp else ""
        text = f"<main id=main><article>\n<header>{top}{dated}</header>\n{rest}\n"
        return f"{start}{NEW_TOP}{text}</article></main>{NEW_END}</body>\n</html>"

    def _stamp(self, layout: Layout | Site) -> list[str]:
        label = "Updated" if layout == "new" else "Last updated"
        return [f"{label}: {self.updated}"] if self.updated else []

    def _lines(self, layout: Layout) -> Iterator[str]:
        stamp = self._stamp(layout)
        indent, counts = "", dict[int, int]()
        for place, part in enumerate(self.parts):
            under = ""
            if part.kind == "li":
                counts = {level: n for level, n in counts.items() if level <= part.level}
                number = counts[part.level] = counts.get(part.level, 0) + 1
                mark = f"{number}." if part.numbered and layout != "2024" else "•"
                under = indent + "  " * part.level
            else:
                mark, counts = "", {}
                under = indent
            if part.kind == "h" and place:
                yield from ("", NOTHING, "") if layout in {"2025", "2024", "wrapped"} else ("",)
                if layout == "2022" and part.level > 1:
                    mark, under, indent = "•", "  ", "    "
            line = f"{under}{mark} {part.text}" if mark else f"{under}{part.text}"
            if layout == "wrapped":
                hang = under + " " * (len(mark) + 1 if mark else 0)
                yield from textwrap.wrap(
                    line, 72, subsequent_indent=hang, break_on_hyphens=False, break_long_words=False
                )
            else:
                yield line
            last = place + 1 == len(self.parts) or self.parts[place + 1].kind != "li"
            if part.kind != "li" or last:
                yield ""
            if not place and stamp:
                yield from (stamp[0] if layout == "new" else f"  • {stamp[0]}", "")


def page(
    parts: Iterable[Part], *, updated: str = "", language: str = "en", address: str = ""
) -> Page:
    """Return a page of these parts, the first of which should be its title."""
    return Page(tuple(parts), updated, language, address)


def _marked(parts: tuple[Part, ...], *, unfolding: bool) -> Iterator[str]:
    """Yield each part as an element; list items are inside their list."""
    open_lists: list[str] = []
    for part in parts:
        text, before = escape(part.text), ""
        while open_lists and (part.kind != "li" or len(open_lists) > part.level):
            before += f"</li></{open_lists.pop()}>"
        if part.kind == "h":
            name = f"h{part.level}"
            inner = f'<button aria-expanded="true">{text}</button>' if unfolding else text
            yield f"{before}<{name}>{inner if part.level > 1 else text}</{name}>"
        elif part.kind == "caption":
            yield f'{before}<figure><img src="a.png"><figcaption>{text}</figcaption></figure>'
        elif part.kind == "li":
            wanted = "ol" if part.numbered else "ul"
            if len(open_lists) == part.level:
                before += "</li>"
                if open_lists[-1] != wanted:
                    before += f"</{open_lists.pop()}>"
            while len(open_lists) < part.level:
                before += f"<{wanted}>"
                open_lists.append(wanted)
            yield f"{before}<li>{text}"
        else:
            yield f"{before}<p>{text}</p>"
    if open_lists:
        yield "".join(f"</li></{name}>" for name in reversed(open_lists))
