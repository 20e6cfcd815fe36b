"""The parts that all pages of a site share: navigation bar, footer, style, script and policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from msgspec import Struct

from interopwatch.report.html import asset, dark_pictures, environment, hash_source
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative, relative_place
from interopwatch.site.plan import ATOM, HOME, JSON_FEED, SCRIPT, SEARCH, STYLE
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.site.plan import Plan

_PACKAGE: Final = "interopwatch.site"
_POLICY: Final = (
    # A file on disk has no origin, so in some browsers 'self' matches nothing. A page on the web
    # may not load local files, whatever its policy says.
    "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src data:; "
    "form-action 'self' file:; base-uri 'none'"
)


class Link(Struct, frozen=True):
    """A link: its text, its URL as the page writes it (empty for none), and a note."""

    text: str
    href: str = ""
    note: str = ""


class Frame:
    """Lays out pages."""

    def __init__(self, plan: Plan, *, has_feed: bool) -> None:
        """Prepare for the pages of a plan, with or without feeds."""
        self._plan, self._has_feed = plan, has_feed
        self._templates = environment(_PACKAGE)

    def page(self, address: str, template: str, title: str, **values: Any) -> bytes:  # noqa: ANN401
        """Render a page.

        Args:
            address: Its path in the site.
            template: Its template, without the extension.
            title: Its title.
            values: The values for its template.
        """
        plan = self._plan
        made = self._templates.get_template(f"{template}.html.jinja")
        return made.render(
            policy=_POLICY,
            title=title if title == plan.title else f"{title} · {plan.title}",
            site=plan.title,
            canonical=f"{plan.base_url}{relative(address, HOME)}" if plan.base_url else "",
            go=lambda target: relative(target, address),
            places=_PLACES,
            menu=self._menu(address),
            foot=self._foot(),
            **values,
        ).encode()

    def not_found(self) -> bytes:
        """Render the page for unknown addresses; self-contained, as it is shown at any address."""
        sheet = asset("page.css")
        made = self._templates.get_template("not_found.html.jinja")
        return made.render(
            policy=f"default-src 'none'; style-src {hash_source(sheet)}; img-src data:; "
            "base-uri 'none'; form-action 'none'",
            site=self._plan.title,
            style=sheet,
            base=self._plan.base_url,
        ).encode()

    def _menu(self, address: str) -> list[Link]:
        """Return the parts of the site, for the navigation bar."""
        plan = self._plan
        found = [Link("Changes", f"{HOME}#changes")] if plan.reports else []
        found += [
            Link(each.resource.title or each.resource.name, each.address) for each in plan.subjects
        ]
        found.append(Link("Tables", f"{HOME}#tables"))
        return [
            Link(
                each.text,
                relative_place(each.href, address),
                "page" if each.href == address else "",
            )
            for each in found
        ]

    def _foot(self) -> Mapping[str, Any]:
        descriptor = self._plan.package.descriptor
        return {
            "version": descriptor.version,
            "licences": licences(descriptor.raw),
            "has_feed": self._has_feed,
        }


_PLACES: Final = {
    "home": HOME, "search": SEARCH, "style": STYLE, "script": SCRIPT, "atom": ATOM,
    "json_feed": JSON_FEED, "descriptor": "datapackage.json",
}  # fmt: skip


def licences(raw: Mapping[str, Any]) -> tuple[Link, ...]:
    """Return the licences in a descriptor, with links that are safe to follow."""
    found = raw.get("licenses")
    return tuple(
        Link(
            str(each.get("title") or each.get("name") or each["path"]),
            safe_link(str(each.get("path") or "")),
        )
        for each in (found if isinstance(found, list) else ())
        if isinstance(each, dict) and (each.get("title") or each.get("name") or each.get("path"))
    )


def in_page(value: object) -> Markup:
    """Return JSON for an element of a page, in which nothing can end the element or start another.

    (HTML Living Standard, "Restrictions for contents of script elements".)
    """
    text = as_json(value, None)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - it has no markup


def style() -> bytes:
    """Return the style of all pages."""
    return f"{asset('page.css')}{dark_pictures()}{asset('site.css', _PACKAGE)}".encode()


def script() -> bytes:
    """Return the script of all pages."""
    return f"{asset('page.js')}{asset('site.js', _PACKAGE)}".encode()
