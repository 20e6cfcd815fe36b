"""A small world for tests of dates and sentences: clubs, their members, their games.

Clubs are founded, members join and leave, games are played or planned. For each table, a test gives
the columns that it is about; the others are empty, and rows name the first source unless they name
another.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from packages import Made, Spec, frozen, lines, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from interopwatch import Package, Store
    from interopwatch.changeset.model import Sense

PROVENANCE: Final = {"provenance": {"resource": "sources", "checks": "checks"}}
_COLUMNS: Final = {
    "sources": "source,work,title,published",
    "people": "person,name,knighted,rank,source,locator",
    "nicknames": "name,person",
    "clubs": "club,name,founded,closed,status,hall,position,source,locator",
    "members": "club,person,joined,left,reason,source,locator",
    "games": "club,game,date,planned,source,locator",
    "rules": "club,rule,text,source,locator",
    "notes": "note,text,source,locator",
    "checks": "work,checked",
}
_KEYS: Final = {
    "sources": ["source"],
    "people": ["person"],
    "nicknames": ["name"],
    "clubs": ["club"],
    "members": ["club", "person"],
    "games": ["club", "game"],
    "rules": ["club", "rule"],
    "notes": ["note"],
    "checks": ["work", "checked"],
}
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "sources": {"published": "edtf"},
    "people": {"knighted": "edtf"},
    "clubs": {"founded": "edtf", "closed": "edtf", "position": "integer"},
    "members": {"joined": "edtf", "left": "edtf"},
    "games": {"date": "edtf", "planned": "boolean"},
}
_CLUB: Final = {"club": "clubs.club"}
_REFS: Final[Mapping[str, Mapping[str, str]]] = {
    "nicknames": {"person": "people.person"},
    "members": {**_CLUB, "person": "people.person"},
    "games": _CLUB,
    "rules": _CLUB,
}
MEANINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "sources": {"reference": True, "words": {"noun": ["source", "sources"]}},
    "people": {
        "reference": True,
        "lifecycle": {"moments": ["knighted"], "momentary": ["rank"]},
        "label": "{name}",
        "names": ["person", "name"],
        "words": {
            "topic": "People",
            "noun": ["person", "people"],
            "sentences": {"knighted.changed": "{name} was knighted[ ({knighted})]"},
        },
    },
    "nicknames": {"reference": True, "belongs_to": "person", "names_of": "person"},
    "clubs": {
        "lifecycle": {"begin": "founded", "end": "closed", "momentary": ["status"]},
        "clerical": ["position"],
        "label": "{name|club}",
        "names": ["club", "name"],
        "words": {
            "topic": "Clubs",
            "noun": ["club", "clubs"],
            "sentences": {
                "began": "New club: {name|club}[, founded {founded}][; {members.count}]",
                "backfilled": "{name|club}[, founded {founded}][; {members.count}]",
                "holds": "{name|club} exists",
                "history.began": "{name|club} was founded",
            },
            "headlines": {
                "began": ["new club: {names}", "{count} new clubs: {names}"],
                "backfilled": ["1 older club: {names}", "{count} older clubs"],
            },
            "none": {"ended": "none closed"},
            "steady": "No change of clubs ({count})",
        },
    },
    "members": {
        "belongs_to": "club",
        "lifecycle": {"begin": "joined", "end": "left", "reason": "reason", "attests": "club"},
        "label": "{person} in {club}",
        "short": "{person}",
        "words": {
            "topic": "Members",
            "noun": ["member", "members"],
            "sentences": {
                "began": "{person} joined {club}[ ({joined})]",
                "ended": "{person} left {club}[ ({left})][: {reason}]",
                "removed": "{person} is no longer listed in {club}",
                "holds": "{person} is in {club}",
            },
            "headlines": {"ended": ["{names} left[ ({reason})]", "{names} left[ ({reason})]"]},
        },
    },
    "games": {
        "belongs_to": "club",
        "lifecycle": {"event": "date", "planned": {"planned": "true"}, "attests": "club"},
        "words": {
            "topic": "Games",
            "noun": ["game", "games"],
            "sentences": {"reached": "{club} played {game}[ ({date})]"},
            "cases": [{"when": {"planned": "true"}, "noun": ["planned game", "planned games"]}],
        },
    },
    "rules": {"belongs_to": "club", "words": {"noun": ["rule", "rules"]}},
    "notes": {"words": {"noun": ["note", "notes"]}},
    "checks": {"reference": True},
}


def world(
    date: str,
    *,
    covers: Sequence[str] = ("book",),
    basis: str = "observed",
    published: str = "",
    **tables: str,
) -> Package:
    """Return a snapshot of the clubs, in memory.

    Args:
        date: Its date.
        covers: The works it covers.
        basis: Whether it is observed or reconstructed.
        published: When its one source, an edition of ``book``, was published; on its date if empty.
            Ignored if ``sources`` are given.
        tables: CSV text of the tables, each with the columns a test is about.
    """
    return made(date, covers=covers, basis=basis, published=published, **tables).memory(date)


def made(
    date: str = "",
    *,
    covers: Sequence[str] = ("book",),
    basis: str = "observed",
    published: str = "",
    **tables: str,
) -> Made:
    """Return the same as files; without a date, a working edition instead of a snapshot."""
    day = published or date
    texts = {"sources": f"source,work,title,published\nbook-{day},book,The Book,{day}\n", **tables}
    assert set(texts) <= set(_COLUMNS), "a test names a table that the world does not have"
    source = _rows(texts["sources"])[0]["source"]
    ours = {**PROVENANCE, **(frozen(date, covers, basis) if date else {})}
    return package(
        {name: _spec(name, texts.get(name, ""), source, MEANINGS[name]) for name in _COLUMNS},
        ours=ours,
        version="1.0.0",
    )


def _spec(name: str, text: str, source: str, meaning: Mapping[str, Any]) -> Spec:
    header = _COLUMNS[name].split(",")
    out = io.StringIO(newline="")
    # Python before 3.13 leaves a lone carriage return unquoted.
    if "\r" in text:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in _rows(text):
        assert set(row) <= set(header), f"a test names a column that {name} does not have"
        cells = {"source": source, "planned": "false", **row}
        writer.writerow([cells.get(column, "") for column in header])
    refs = {**_REFS.get(name, {})}
    if "source" in header and name != "sources":
        refs["source"] = "sources.source"
    return spec(out.getvalue(), _KEYS[name], _TYPES.get(name), refs, meaning)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lines(text), newline="")))


def store(folder: Path) -> Store:
    """Return a store with two observed snapshots; its tables are those of the later one."""
    from interopwatch import freeze

    people = "person,name\np,Pat\nq,Quin\n"
    clubs = "club,name,founded,closed,status,source\n"
    members = "club,person,joined,left,reason,source\n"
    older = made(
        sources="source,work,title,published\nb1,book,The Book,2020-06-30\n",
        people=people,
        clubs=f"{clubs}a,Alpha,2014,2018,,b1\nb,Beta,2015,,small,b1\n",
        members=f"{members}a,p,2015,,,b1\nb,q,2016,,,b1\n",
    ).store(folder)
    freeze(older, "2020-06-30", "a first look")
    newer = made(
        sources="source,work,title,published\nb1,book,The Book,2020-06-30\n"
        "b2,book,The Book,2024-03-07\n",
        people=people,
        clubs=f"{clubs}a,Alpha,2014,2018,,b1\nb,Beta,2015,,big,b2\nc,Gamma,2022,,new,b2\n",
        members=f"{members}a,p,2015,,,b1\nb,q,2016,2022,moved away,b2\n",
        games="club,game,date,planned,source\nb,final,2030,true,b2\n",
    ).store(folder)
    freeze(newer, "2024-03-07", "a second look")
    return newer


def senses(old: Package, new: Package) -> dict[str, Sense]:
    """Return the sense of every change between two packages, by ``resource key``."""
    from interopwatch import diff, tell

    told = tell(diff(old, new), old, new)
    return {
        f"{item.change.resource} {'/'.join(item.change.key.values())}": item.sense for item in told
    }


FIRST = "source,work,published\nb1,book,2020-06-30\n"
SECOND = f"{FIRST}b2,book,2024-03-07\n"
PEOPLE = "person\np\nq\n"


def first(**tables: str) -> Package:
    """Return the clubs at the end of June 2020."""
    return world("2020-06-30", **{"sources": FIRST, "people": PEOPLE, **tables})


def second(**tables: str) -> Package:
    """Return the clubs in March 2024."""
    return world("2024-03-07", **{"sources": SECOND, "people": PEOPLE, **tables})
