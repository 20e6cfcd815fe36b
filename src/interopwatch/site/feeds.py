"""Changes as feeds: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from markupsafe import escape
from msgspec import Struct

from interopwatch.extras import extra
from interopwatch.package.edtf import days_of
from interopwatch.site.home_page import basis, period
from interopwatch.site.plan import ATOM, HOME, JSON_FEED
from interopwatch.text import as_json, for_terminal, for_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from interopwatch.changeset.model import Side
    from interopwatch.package.package import Package
    from interopwatch.report.report import Report
    from interopwatch.site.plan import Plan

_MOST_LINES: Final = 40
"""The maximum number of report lines in a feed, about a screen; the page has all."""
_VERSION: Final = "https://jsonfeed.org/version/1.1"


class FeedItem(Struct, frozen=True):
    """The changes from one edition to the next.

    Attributes:
        id: Its permanent identifier.
        title: The period that it covers.
        day: The day of the newer edition.
        address: The path of its page.
        summary: The headline.
        content: The headline and the first lines, as HTML.
    """

    id: str
    title: str
    day: date
    address: str
    summary: str
    content: str


def items(plan: Plan) -> tuple[FeedItem, ...]:
    """Return the changes between editions, the latest first.

    Changes that are not frozen have no date and may still change, so they are left out.
    """
    found = []
    for each in plan.reports:
        comparison, side = each.report.comparison, each.report.new
        day = _day(side, comparison.new if comparison else None)
        if day is not None:
            report = each.report
            found.append(
                FeedItem(
                    identity(plan, f"{report.old.label}/{report.new.label}", day),
                    _plain(". ".join(filter(None, (period(report), basis(report))))),
                    day,
                    each.address,
                    _plain(" ".join(report.headline)),
                    "".join(_content(report)),
                )
            )
    return tuple(sorted(found, key=lambda item: item.day, reverse=True))


def identity(plan: Plan, name: str, day: date) -> str:
    """Return a permanent identifier, independent of the location.

    It is a tag (RFC 4151) of the site's host. If that is unknown, it is a name-based UUID (RFC
    9562, version 5): the home page of a package may belong to someone else, and a tag is only for
    the owner of the host.
    """
    package, raw = plan.package.descriptor.name, plan.package.descriptor.raw
    if host := urlsplit(plan.base_url).hostname:
        path = re.sub(r"[^A-Za-z0-9._~/-]", "-", f"{package}/{name}")
        return f"tag:{host},{day.isoformat()}:{path}"
    home = str(raw.get("id") or raw.get("homepage") or "")
    # A lone surrogate, which UTF-8 and so a name-based UUID cannot hold, is written as its code.
    unique = f"{home} {package}/{name}".encode(errors="backslashreplace").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, unique)}"


def _day(side: Side, package: Package | None) -> date | None:
    """Return the day of an edition; ``None`` if it is not frozen or has no date."""
    days = (days_of(text).last for text in (side.date, _created(package)))
    return next((day for day in days if day is not None), None)


def _created(package: Package | None) -> str:
    """Return the creation date of a package that is not a snapshot; empty if it has none."""
    if package is None or package.descriptor.frozen is not None or package.descriptor.has_meanings:
        return ""
    return str(package.descriptor.raw.get("created") or "")[:10]


def _content(report: Report) -> Iterator[str]:
    for sentence in report.headline:
        yield f"<p>{escape(_plain(sentence))}</p>\n"
    room = _MOST_LINES
    for section in report.sections:
        for group in section.groups:
            lines = group.lines[:room]
            room -= len(lines)
            if lines:
                yield f"<h3>{escape(_plain(f'{section.title}: {group.topic}'))}</h3>\n<ul>\n"
                yield from (f"<li>{escape(_plain(line.sentence))}</li>\n" for line in lines)
                yield "</ul>\n"


def _plain(text: str) -> str:
    return for_xml(for_terminal(text))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def atom(plan: Plan, found: tuple[FeedItem, ...]) -> bytes:
    """Return an Atom feed; without a base URL, links are relative to the feed."""
    with extra("site", "sites"):
        from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id(identity(plan, "changes", found[-1].day))
    feed.title(_plain(plan.title))
    feed.author(name=_plain(plan.title))
    # By default feedgen uses the current time, so that each build would differ.
    feed.updated(_moment(found[0].day))
    feed.generator("interopwatch")
    feed.link(href=f"{plan.base_url}{ATOM}", rel="self")
    feed.link(href=f"{plan.base_url}{HOME}")
    for item in found:
        entry = feed.add_entry(order="append")
        entry.id(item.id)
        entry.title(item.title)
        entry.updated(_moment(item.day))
        entry.link(href=f"{plan.base_url}{item.address}")
        entry.summary(item.summary)
        entry.content(item.content, type="html")
    content: bytes = feed.atom_str(pretty=True)
    return content


def json_feed(plan: Plan, found: tuple[FeedItem, ...]) -> bytes:
    """Return a JSON Feed; without a base URL, it has no addresses."""
    raw: dict[str, Any] = {"version": _VERSION, "title": _plain(plan.title)}
    if plan.base_url:
        raw["home_page_url"] = f"{plan.base_url}{HOME}"
        raw["feed_url"] = f"{plan.base_url}{JSON_FEED}"
    raw["items"] = [
        {
            "id": item.id,
            **({"url": f"{plan.base_url}{item.address}"} if plan.base_url else {}),
            "title": item.title,
            "summary": item.summary,
            "content_html": item.content,
            "date_published": _moment(item.day).isoformat(),
        }
        for item in found
    ]
    return as_json(raw).encode()
