"""A small valid package for tests of validation: books, their authors and chapters.

A test breaks it in one place, expects the finding, and expects it gone after the repair.
"""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from interopwatch.package.tidy import tidied
from interopwatch.validation import validate_package
from packages import Made, package, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interopwatch import Finding

    Raw = dict[str, Any]

SOURCES: Final = """
source,work,title,published
list-2020,list,Reading list,2020-03-01
"""
PEOPLE: Final = """
person,name,born,source,locator
ann,Ann,1950,list-2020,Authors
bob,Bob,1960,list-2020,Authors
"""
NICKNAMES: Final = """
nickname,person
Annie,ann
"""
BOOKS: Final = """
book,title,author,begun,ended,status,source,locator
dawn,Dawn,ann,1990,1992-05,out,list-2020,Books
dusk,Dusk,bob,1999,,draft,list-2020,Books
"""
CHAPTERS: Final = """
book,chapter,pages,source,locator
dawn,1,20,list-2020,Books > Dawn
dawn,2,30,list-2020,Books > Dawn
dusk,1,10,list-2020,Books > Dusk
"""
COUNTS: Final = """
count,resource,filter,stated,source,locator
books,books,,2,list-2020,Books
unfinished,books,ended=,1,list-2020,Books
"""

_SOURCED: Final = {"source": "sources.source"}


def shelf() -> Made:
    """Return the package, without any problem."""
    return package(
        {
            "sources": spec(
                SOURCES,
                "source",
                {"published": "edtf"},
                ours={"reference": True, "must_be_used": True, "label": "{title}"},
            ),
            "people": spec(
                PEOPLE,
                "person",
                {"born": {"type": "integer", "constraints": {"minimum": 1900}}},
                _SOURCED,
                ours={"reference": True, "must_be_used": True, "label": "{name}"},
            ),
            "nicknames": spec(
                NICKNAMES,
                "nickname",
                refs={"person": "people.person"},
                ours={"reference": True, "belongs_to": "person", "names_of": "person"},
            ),
            "books": spec(
                BOOKS,
                "book",
                {
                    "title": {"type": "string", "constraints": {"unique": True, "required": True}},
                    "begun": "edtf",
                    "ended": "edtf",
                    "status": {"type": "string", "constraints": {"enum": ["draft", "out"]}},
                },
                {"author": "people.person", **_SOURCED},
                ours={
                    "lifecycle": {"begin": "begun", "end": "ended", "momentary": ["status"]},
                    "label": "{title}[ by {author.name}]",
                    "names": ["book", "title"],
                    "must_have": ["chapters"],
                    "words": {
                        "noun": ["book", "books"],
                        "sentences": {
                            "began": "{author} began {title}[ ({begun})]; {chapters.count}",
                            "status.changed": "{title} is now {status}",
                            "history.began": "{title} was begun",
                        },
                        "headlines": {"began": ["new: {names}", "{count} new: {names}"]},
                        "steady": "No change of books ({count})",
                        "cases": [{"when": {"status": "draft"}, "noun": ["draft", "drafts"]}],
                    },
                },
            ),
            "chapters": spec(
                CHAPTERS,
                ["book", "chapter"],
                {"chapter": "integer", "pages": "integer"},
                {"book": "books.book", **_SOURCED},
                ours={"belongs_to": "book", "words": {"noun": ["chapter", "chapters"]}},
            ),
            "counts": spec(COUNTS, "count", {"stated": "integer"}, _SOURCED),
        },
        ours={"provenance": {"resource": "sources"}, "counts": {"resource": "counts"}},
    )


def edited(made: Made, name: str, old: str, new: str) -> Made:
    """Return the package with a text in one of its tables replaced; it must occur there once."""
    path = f"tables/{name}.csv"
    text = made.files[path].decode()
    assert text.count(old) == 1, (old, text)
    return Made({**made.files, path: text.replace(old, new).encode()})


def redescribed(made: Made, change: Callable[[Raw], object]) -> Made:
    """Return the package with a changed descriptor."""
    raw = deepcopy(made.descriptor)
    change(raw)
    text = json.dumps(raw, indent=2, ensure_ascii=False) + "\n"
    return Made({**made.files, "datapackage.json": text.encode()})


def of(raw: Raw, name: str) -> Any:  # noqa: ANN401 - JSON
    """Return the descriptor of a resource."""
    return next(item for item in raw["resources"] if item["name"] == name)


def tidy(folder: Path, made: Made) -> None:
    """Write a package in canonical form, with the hash and size of each table."""
    for file, content in tidied(made.write(folder)).items():
        file.write_bytes(content)


def findings(folder: Path, made: Made) -> tuple[Finding, ...]:
    """Write a package to a folder and return its findings."""
    return validate_package(made.write(folder))


Place = tuple[str, str, int, str]


def places(found: tuple[Finding, ...]) -> list[Place]:
    """Return the code, file, line and field of findings."""
    return [(f.code, f.file, f.line, f.field) for f in found]


def line_of(made: Made, text: str, after: str = "") -> int:
    """Return the line of the descriptor on which a text first occurs after another one."""
    whole = made.files["datapackage.json"].decode()
    start = whole.index(text, whole.index(after))
    return whole.count("\n", 0, start) + 1


def reseal(snapshot: Path) -> None:
    """Make the descriptor and sums of a snapshot agree with its files, like a careful forger."""
    descriptor = snapshot / "datapackage.json"
    raw = json.loads(descriptor.read_text())
    for resource in raw["resources"]:
        content = (snapshot / resource["path"]).read_bytes()
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    descriptor.write_text(json.dumps(raw, indent=2, ensure_ascii=False) + "\n")
    reseal_sums(snapshot)


def reseal_sums(snapshot: Path) -> None:
    files = sorted(p for p in snapshot.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    sums = "".join(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(snapshot).as_posix()}\n"
        for p in files
    )
    (snapshot / "SHA256SUMS").write_text(sums)
