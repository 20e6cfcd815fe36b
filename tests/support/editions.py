"""Editions of the works, in our own words and much smaller, for the tests of capture.

The countries, dates and projects are made up: only their form is that of the pages.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Final

from interopwatch.package.package import open_package
from interopwatch.package.tidy import tidied
from interopwatch.timeline.snapshots import Store
from pages import Page, h, li, p, page

if TYPE_CHECKING:
    from pathlib import Path

    from pages import Part

MARCH: Final = "03 Mar. 2025 17:43"
JULY: Final = "Updated: 24 July 2025"
STEPS: Final = (
    "It begins with a Letter of Intent (LOI). A Memorandum of Understanding (MOU) comes next, and "
    "the NATO Support and Procurement Agency (NSPA) helps to buy what is needed."
)


def project(heading: str, purpose: str, participants: str, status: str) -> list[Part]:
    """Return the section of a project."""
    return [
        h(3, heading),
        p(f"Purpose: {purpose}"),
        p(f"Participants: {participants}"),
        p(f"Status: {status}"),
    ]


TENTS: Final = project(
    "Shared Tents for Camps (STC)",
    "Tents that fit every camp, bought and kept together.",
    "Belgium, Denmark and the Netherlands",
    "Established and delivering. STC was launched in February 2017 and became fully operational in "
    "December 2020.",
)
LAMPS: Final = project(
    "LAMPLIGHT",
    "Lamps that can be seen from far away, and from nowhere else.",
    "Croatia, Hungary, Slovakia, Slovenia and NATO partner Austria",
    "Established. LAMPLIGHT was launched in February 2019, reached Initial Operational Capability "
    "in May 2021, and Full Operational Capability is expected to be reached in 2025.",
)
BOATS: Final = project(
    "Boats for Rivers (BFR)",
    "Small boats that any soldier can row.",
    "Finland, Norway, Sweden and the United Kingdom",
    "Being established. BFR was launched in October 2024.",
)
KITES: Final = project(
    "Kites (KITE)",
    "Kites that carry a line across a gap.",
    "Italy, Portugal, Spain and Türkiye",
    "Being established. KITE was launched in June 2025.",
)


def mcc(
    *sections: tuple[str, list[list[Part]]],
    updated: str = MARCH,
    intro: str = "Countries can do more together than each of them alone.",
    projects: int | None = None,
) -> Page:
    """Return an edition of the page of projects: areas, each with its projects."""
    sections = sections or (("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS]))
    number = sum(len(each) for _, each in sections) if projects is None else projects
    parts = [
        h(1, "Multinational capability cooperation"),
        p(intro),
        h(2, "High Visibility Projects"),
        p(f"NATO Allies have launched {number} projects of this kind. The current projects are:"),
    ]
    for area, each in sections:
        parts.append(h(3, area))
        parts += [li(section[0].text, numbered=True) for section in each]
    parts.append(p("Further multinational cooperation is being talked about."))
    for area, each in sections:
        parts += [h(2, area), p(f"Why {area.lower()} matter to everyone, in one sentence.")]
        for section in each:
            parts += section
    parts += [h(2, "How does it work?"), p(STEPS)]
    return page(parts, updated=updated)


def pii(
    current: str = "Australia, Georgia, Jordan and Ukraine",
    listed: str = "Armenia, Australia, Austria, Bosnia and Herzegovina, Georgia, Jordan, Ukraine "
    "and the United Arab Emirates",
    number: int = 8,
    updated: str = "07 Mar. 2024 16:12",
) -> Page:
    """Return an edition of the page of the initiative."""
    place = "A standing format for everyone: the Interoperability Platform"
    parts = [
        h(1, "Partnership Interoperability Initiative"),
        p(
            "The Partnership Interoperability Initiative (PII) was launched at the Wales Summit in "
            "2014 so that partners go on working well with NATO."
        ),
        li(f"The Enhanced Opportunities Partners currently are: {current}."),
        li(f"The Interoperability Platform (IP) – currently {number} selected partners – is new."),
        h(2, 'More tailor-made cooperation: "Enhanced Opportunities Partners"'),
        p(
            "Shortly after the 2014 Wales Summit, five partners were granted these “enhanced "
            "opportunities”: Australia, Finland, Georgia, Jordan and Sweden. Ukraine was "
            "recognised as a sixth EOP in June 2020. Upon completing the accession processes in "
            "2023 and 2024 respectively, Finland and Sweden’s relationship with the Alliance "
            "evolved from that of Enhanced Opportunities Partners to full members of NATO."
        ),
        h(2, place),
        p(
            "Meetings are open to those who belong to it, and whoever comes to one may speak of "
            "what they need, of what they can give, and of what went well when they last met. "
            f"Currently, {number} partners are members of the IP."
        ),
        p(f"The following {number} partners are currently part of the Interoperability Platform:"),
        p(f"{listed}."),
    ]
    return page(parts, updated=updated)


def home(root: Path, folder: Path) -> Store:
    """Return the shipped package without snapshots, and without rows except spellings of names."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / "datapackage.json", folder)
    (folder / "tables").mkdir()
    for file in sorted((root / "tables").glob("*.csv")):
        text = file.read_text(encoding="utf-8")
        rows = text if file.stem == "party_names" else text.partition("\n")[0] + "\n"
        (folder / "tables" / file.name).write_text(rows, encoding="utf-8")
    raw = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    for file, content in tidied(open_package(folder, "tables")).items():
        file.write_bytes(content)
    return Store(open_package(folder, "tables"))
