"""What search engines read: the data set in the words of schema.org, and a list of all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from interopwatch.extras import extra
from interopwatch.package.labels import counted
from interopwatch.report.page_sources import safe_link
from interopwatch.site.addresses import relative
from interopwatch.site.frame import licences
from interopwatch.site.plan import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.site.plan import Plan

with extra("site", "sites"):
    from lxml import etree

_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FORMATS: Final = {
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json",
    ".zip": "application/zip", ".db": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_LEAST: Final = 50
"""Characters of a description that search engines ask for ("Dataset structured data", Google)."""


def dataset(plan: Plan) -> Mapping[str, Any]:
    """A schema.org Dataset, to stand on the first page as JSON-LD."""
    descriptor, raw = plan.package.descriptor, plan.package.descriptor.raw
    title = descriptor.title or plan.title
    description = raw.get("description") if isinstance(raw.get("description"), str) else ""
    if not description or len(description) < _LEAST:
        tables = counted(len(plan.tables), ("table", "tables"))
        names = ", ".join(t.resource.title or t.resource.name for t in plan.tables[:12])
        description = f"{description or title} ({tables}: {names})"
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": title,
        "description": description,
        "isAccessibleForFree": True,
    }
    optional = {
        "url": plan.base_url,
        "version": descriptor.version,
        "keywords": [str(each) for each in _list(raw.get("keywords"))],
        "license": [link.href for link in licences(raw) if link.href],
        "creator": [
            {"@type": "Organization", "name": str(name)}
            for each in _list(raw.get("contributors"))
            if isinstance(each, dict) and (name := each.get("title"))
        ],
        "isBasedOn": [
            link
            for each in _list(raw.get("sources"))
            if isinstance(each, dict) and (link := safe_link(str(each.get("path") or "")))
        ],
        "dateModified": plan.package.as_of.isoformat() if plan.package.as_of else "",
        "distribution": list(_distribution(plan)),
    }
    return found | {name: value for name, value in optional.items() if value}


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else []


def _distribution(plan: Plan) -> Iterator[Mapping[str, str]]:
    paths = [(each.title, each.path) for each in plan.downloads]
    paths += [
        (table.resource.title or table.resource.name, path)
        for table in plan.tables
        for path in plan.files.places.get(table.resource.name, ())
    ]
    for name, path in paths:
        form = next((kind for end, kind in _FORMATS.items() if path.lower().endswith(end)), "")
        yield {
            "@type": "DataDownload",
            "name": name,
            "contentUrl": f"{plan.base_url}{relative(path, HOME)}",
            **({"encodingFormat": form} if form else {}),
        }


def sitemap(plan: Plan, pages: Iterable[str]) -> bytes:
    """A list of all pages (sitemaps.org, protocol 0.9); needs to know where the site will be."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})  # type: ignore[dict-item]
    for page in pages:
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = f"{plan.base_url}{relative(page, HOME)}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
