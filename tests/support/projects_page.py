"""A small page of projects in our own words, and how to read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from interopwatch.capture.page.read import read
from interopwatch.capture.works import registry
from known import known, vocabulary
from pages import Page, caption, h, li, p, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Extract, Vocabulary
    from pages import Part

extract = partial(registry.extract, registry.WORKS["mcc"])
TITLE: Final = "Multinational capability cooperation"
SOURCE: Final = "mcc-2031-05-06"
AREAS: Final = {
    "Kites and balloons": ("Kite Operations Network (KON)", "Balloon Yard (Modular BY)"),
    "Big, loud and colourful (BLC) things": ("Loud Things", "Colour Box (C&B)"),
}
AREA_TEXT: Final = {
    "Kites and balloons": "What flies on a string needs hands on the ground.",
    "Big, loud and colourful (BLC) things": (
        "They are seen from afar. Two multinational projects have been launched to share them."
    ),
}
SECTIONS: Final[Mapping[str, tuple[str, str, str]]] = {
    "Kite Operations Network (KON)": (
        "Kites of three sorts fly in a row. The network, which is led by Norway, ties them.",
        "Denmark, Norway, the Netherlands and NATO partner Austria",
        "Established. KON was launched in March 2028, reached Initial Operational Capability in "
        "May 2029, and Full Operational Capability is planned for 2032.",
    ),
    "Balloon Yard (Modular BY)": (
        "A yard for balloons that rise to just below 120 metres (394 feet).",
        "Belgium, Italy, Türkiye,\u00a0 the NATO Support and Procurement Agency (NSPA) and the "
        "United Kingdom. With 4 participating countries, it is the widest of all.",
        "Established and delivering. Modular BY was launched by three Allies at the 2027 Warsaw "
        "Summit. The first balloon was delivered in June 2028. The last balloon delivery is "
        "scheduled in 2034, after which the fleet will have 12 aircraft.",
    ),
    "Loud Things": (
        "Bells, drums and horns go together here; Sweden and the US once tried it alone in 1999.",
        "Spain and Poland, supported by the German-led CBRN Cluster",
        "Being established. This project was launched in October 2030, alongside the one other "
        "BLC-related initiative.",
    ),
    "Colour Box (C&B)": (
        "Similar to the above project for noise, this one pools paint.",
        "Greece and Spain",
        "Completed. The project was launched in October 2030. In May 2031, two of the "
        "participating Allies (Greece and Spain) committed to selecting a preferred "
        "solution for blue by the end of 2033, thus allowing the development of the solution in "
        "2035-2040.",
    ),
}
INTRODUCTION: Final = "Allies and the European Union do things together."
TALLY: Final = "NATO Allies have launched 4 projects of many colours."
END: Final = "Ministers sign a paper first. NSPA helps in most High Visibility Projects (HVPs)."


def parts(
    sections: Mapping[str, tuple[str, ...]] = SECTIONS,
    areas: Mapping[str, tuple[str, ...]] = AREAS,
    contents: Mapping[str, tuple[str, ...]] | None = None,
    tally: str = TALLY,
    end: str = END,
) -> list[Part]:
    """Return the parts of the page; without a contents list if ``contents`` is empty."""
    found = [h(1, TITLE), p(INTRODUCTION), caption("A kite.")]
    found += [h(2, "High Visibility Projects"), p(tally)]
    for area, names in (areas if contents is None else contents).items():
        found += [p(area), *(li(name, numbered=True) for name in names)]
    for area, names in areas.items():
        found += [h(2, area), p(AREA_TEXT.get(area, "A text about it."))] if area else []
        for name in names:
            found += [h(3, name), p(name)]
            labels = ("Purpose", "Participants", "Status")
            said = zip(labels, sections.get(name, ("It is good.",)), strict=False)
            found += [p(f"{label}: {text}") for label, text in said if text]
    return [*found, h(2, "How does it work?"), p(end)] if end else found


def one(purpose: str = "It is good.", who: str = "Norway and Poland", status: str = "Established.",
        name: str = "Kite Operations Network (KON)") -> list[Part]:  # fmt: skip
    """Return a page of one project."""
    return parts(
        {name: (purpose, who, status)}, {"Kites and balloons": (name,)}, tally="All of it."
    )


def take(
    content: list[Part] | str, what: Vocabulary | None = None, layout: str = "2025"
) -> Extract:
    """Extract the facts from a page."""
    if isinstance(content, str):
        raw, where = content, "page.txt"
    else:
        whole: Page = page(content, updated="6 May 2031")
        marked = layout in {"old", "new-site"}
        site = whole.html("old" if layout == "old" else "new") if marked else ""
        raw = site or whole.text(layout)  # type: ignore[arg-type]  # the test names its layout
        where = "page.html" if marked else "page.txt"
    return extract(read(raw.encode(), where), what or bare(), SOURCE)


def bare(**more: object) -> Vocabulary:
    """Return the package's vocabulary of parties; of projects only what is given."""
    full = known()
    return vocabulary(full.parties, roles=full.roles, **more)


def rows(extract: Extract, resource: str, *fields: str) -> list[tuple[str, ...]]:
    """Return some fields of the rows of a resource."""
    return [tuple(row.get(name, "") for name in fields) for row in extract.rows.get(resource, ())]


def codes(extract: Extract) -> list[str]:
    """Return the codes of the findings, errors first."""
    order = ("error", "warning", "notice")
    return [f.code for f in sorted(extract.findings, key=lambda f: order.index(f.level))]


def errors(extract: Extract) -> list[str]:
    """Return the codes of the errors."""
    return [f.code for f in extract.findings if f.level == "error"]
