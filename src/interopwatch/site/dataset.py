"""Metadata for search engines: a schema.org Dataset and a list of all pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from interopwatch.export.metadata.about import described
from interopwatch.export.metadata.schema_org import schema_org
from interopwatch.extras import extra
from interopwatch.package.labels import counted
from interopwatch.site.addresses import relative
from interopwatch.site.plan import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.site.plan import Plan

with extra("site", "sites"):
    from lxml import etree

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LEAST: Final = 50
"""The minimum length of a description for search engines ("Dataset structured data", Google)."""
_NAMED: Final = 12
"""The maximum number of tables that a short description is extended with."""


def dataset(plan: Plan) -> Mapping[str, Any]:
    """Return the export's schema.org Dataset with the site's URLs, for the home page (JSON-LD).

    URLs are absolute if the address of the site is known, and otherwise relative.
    """
    # From the export, so that both are the same.
    found: dict[str, Any] = json.loads(schema_org(described(plan.package, lambda _: None)))
    if len(found["description"]) < _LEAST:
        tables = counted(len(plan.tables), ("table", "tables"))
        names = ", ".join(t.resource.title or t.resource.name for t in plan.tables[:_NAMED])
        found["description"] += f" ({tables}: {names})"
    if plan.base_url:
        found["url"] = plan.base_url
    found["distribution"] = list(_distribution(plan, found.get("distribution", ())))
    return {name: value for name, value in found.items() if value}


def _distribution(plan: Plan, files: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for each in files:
        address = str(each.get("contentUrl", ""))
        if "://" not in address:
            # Exports escape the path, the descriptor does not.
            address = plan.files.moved.get(unquote(address), "")
        if address:
            yield {**each, "contentUrl": _address(plan, address)}
    for download in plan.downloads:
        if not download.resource:
            yield {
                "@type": "DataDownload",
                "name": download.title,
                "description": download.note,
                "contentUrl": _address(plan, download.path),
            }


def _address(plan: Plan, path: str) -> str:
    return path if "://" in path else f"{plan.base_url}{relative(path, HOME)}"


def sitemap(plan: Plan, pages: Iterable[str]) -> bytes:
    """Return a list of all pages (sitemaps.org, protocol 0.9); requires the address of the site."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})  # type: ignore[dict-item]
    for page in pages:
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = f"{plan.base_url}{relative(page, HOME)}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
