"""Pairs of packages that every format must report, and cells that would be harmful in some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from club_package import made, world
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from interopwatch import Package

OLD: Final = "source,work,title,published\nb1,book,{title},2020-06-30\n"
NEW: Final = f"{OLD}b2,book,{{title}},2024-03-07\n"
HOSTILE: Final = {
    "ansi": "\x1b[35mred\x1b]0;title\x07",
    "c1": "\x9b35mred\x85",
    "return": "good\rbad",
    "newline": "one\n  + forged\n\n# forged",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;",
    "markdown": "[x](javascript:alert(1)) ![y](http://a.example/b.png) **b** `c` ~~d~~ @someone",
    "block": "- item\n# heading\n1. one\n> quote\n```\ncode",
    "table": "a | b |\n|---|---|",
    "formula": '=HYPERLINK("http://a.example","x")',
    "minus": "-2+3+cmd|' /C calc'!A0",
    "bidi": "abc\u202edef\u2066ghi\u2069",
    "separator": "one\u2028two\u2029three",
    "backslash": "\\[35m \\<b\\>",
}
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def pair(name: str, title: str = "The Book") -> tuple[Package, Package]:
    """Return two editions in which every kind of line contains ``name``."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    said = cell(name)
    header = "club,name,founded,status,position,source,locator\n"
    people = f"person,name\np,{said}\n"
    old = made(
        "2020-06-30",
        sources=OLD.format(title=cell(title)),
        people=people,
        clubs=f"{header}a,{said},2014,s,1,b1,{said}\ng,{said},2014,s,1,b1,{said}\n",
        members="club,person,joined,left\na,p,2015,\n",
        notes=f"note,text\n{said},old\nn,{said}\n",
    )
    new = made(
        "2024-03-07",
        sources=NEW.format(title=cell(title)),
        people=people,
        clubs=f"{header}a,{said},2014,{said},1,b1,{said}\nb,{said},2022,s,2,b2,{said}\n"
        f"c,{said},2014,s,3,b2,{said}\nd,{said},,s,4,b2,{said}\n",
        members=f"club,person,joined,left,reason\na,p,2015,2022,{said}\n",
        notes="note,text\nn,new\n",
    )
    return old.memory("2020-06-30"), new.memory("2024-03-07")


def _numbers() -> tuple[Package, Package]:
    types = {"x": "number"}
    old = package({"r": spec("id,x\na,1\nb,2\n", types=types), "s": "id\nb\na\n"})
    new = package({"r": spec("id,x,y\na,1.0,\nc,2,z\n", types=types), "s": "id\na\nb\n"})
    return old.memory("old"), new.memory("new")


def _same() -> tuple[Package, Package]:
    return pair("Alpha")[0], pair("Alpha")[0]


def _uncovered() -> tuple[Package, Package]:
    sources = "source,work,title,published\nn1,news,The News,2023-08-01\n"
    new = world("2024-03-07", covers=("news",), sources=sources, notes="note\nx\n")
    return pair("Alpha")[0], new


def _reconstructed() -> tuple[Package, Package]:
    old, new = world("2020-06-30", basis="reconstructed"), pair("Alpha")[1]
    return old, new


SCENARIOS: Final[dict[str, Callable[[], tuple[Package, Package]]]] = {
    "everything": lambda: pair("Alpha & Sons <1>"),
    "backwards": lambda: pair("Alpha")[::-1],
    "numbers": _numbers,
    "nothing": _same,
    "uncovered": _uncovered,
    "reconstructed": _reconstructed,
}
