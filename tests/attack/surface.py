"""Malicious cells, descriptors and pages in pages, pictures, sites and exports.

A page with malicious texts must have no element, attribute or script that a page with a plain text
does not have, and whatever is refused must be refused in time, with a message.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from lxml import html

from attack.child import run, run_here
from attack.tally import Tally
from attack.worlds import files
from packages import Made, package, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attack.child import Ended

_MEMORY: Final = 5 << 9
"""MiB that a command may hold: drawing a picture may take 2 GiB, a workbook takes 0.3."""
_SPACE: Final = 1 << 40
"""Bytes of address space: the drawing engine reserves a hundred times what it uses."""
PLAIN: Final = "Zulu"
CELLS: Final = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>", "</style><script>alert(1)</script>", "<!--", "]]>",
    "</title></svg><script>alert(1)</script>", "&#x3c;script&#x3e;alert(1)", "<a href=//x>x</a>",
    "javascript:alert(1)", "JaVaScRiPt\t:alert(1)", "data:text/html,<script>alert(1)</script>",
    "[x](javascript:alert(1))", "![x](http://127.0.0.1:9/x.png)", "http://127.0.0.1:9/x.js",
    "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "{# x #}", "${7*7}", "{name.__class__}",
    "{0}", "%s%n%s", "$x$", "`id`", "\\u003cscript\\u003e", "\\", '\\"};alert(1);//', "'-x(1)-'",
    "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", '=HYPERLINK("http://x","y")',
    "\x1b]0;x\x07", "\x1b[2J", "\x9b31m", "\x08\x08\x08", "\x00", "\x7f", "::stop::x", "##[error]x",
    "::set-env name=PATH::/x", "\u202eexe.txt", "\u2066\u2067x", "\u061c\u200e\u200f", "\u2028",
    "\ufeff", "\U000e0041\U000e0042", "\ufffe", "e" + "\u0301" * 500, "\U0001f468\u200d\U0001f469",
    "NaN", "-Infinity", "1e999999", "9" * 5_000, "0x10", "1_000", "null", "true", "__proto__",
    "constructor", "../../../etc/passwd", "CON", "x" * 20_000, "a b " * 5_000, "\r", "a\nb", '"',
    "'; DROP TABLE items; --", "\u0130\u0131\u017f\ufb01",
)  # fmt: skip
"""Cells that break out of their context, if any do."""
_CHART: Final[dict[str, Any]] = {
    "mark": "point", "encoding": {"x": {"field": "id", "type": "nominal"}},
}  # fmt: skip


def _calculated(expression: str) -> dict[str, Any]:
    return {**_CHART, "transform": [{"calculate": expression, "as": "m"}]}


def _deep(depth: int) -> Any:  # noqa: ANN401 - JSON
    found: Any = {"mark": "point"}
    for _ in range(depth):
        found = {"layer": [found]}
    return found


PICTURES: Final[dict[str, Any]] = {
    "an expression that backtracks": _calculated(f"test(/(a+)+$/, '{'a' * 40}b')"),
    "a sequence by another name": _calculated(r"seq\u0075ence(0, 1e9).length"),
    "a text without end": _calculated(r"p\u0061d('x', 1e9, 'y')"),
    "ten million ticks": {
        "mark": "point",
        "encoding": {"x": {"value": 1, "axis": {"tickCount": 1e7}},
                     "y": {"field": "id", "type": "ordinal", "axis": {"values": [1] * 99_999}}},
    },
    "a width of 1e9": {**_CHART, "width": 1e9, "height": 1e9},
    "a width that is no number": {**_CHART, "width": "1e9"},
    "data of a file": {**_CHART, "data": {"url": "file:///etc/passwd"}},
    "data of the network": {**_CHART, "data": {"url": "http://127.0.0.1:9/x"}},
    "an image": {"mark": {"type": "image", "url": "file:///etc/passwd"}},
    "layers two hundred deep": _deep(200),
    "a specification that is a list": [],
    "a mark that is none": {"mark": "<script>alert(1)</script>"},
    "a parameter of the same name": {**_CHART, "params": [{"name": "accent", "value": "<x>"}]},
    "a colour that closes": {**_CHART, "mark": {"type": "point", "color": '"/><script>x</script>'}},
}  # fmt: skip
"""Malicious specifications of pictures."""


def _descriptors() -> Iterator[tuple[str, str]]:
    """Yield descriptors as texts with a name: JSON, or YAML if the name begins with ``yaml``."""
    good = _made(PLAIN).files["datapackage.json"].decode()
    yield "a number of 1e400", good.replace("{", '{"version": 1e400, ', 1)
    yield "a number of 5,000 digits", good.replace("{", f'{{"x": {"9" * 5_000}, ', 1)
    yield "NaN", good.replace("{", '{"x": NaN, ', 1)
    yield "100,000 lists in lists", good.replace("{", f'{{"x": {"[" * 100_000}{"]" * 100_000}, ', 1)
    yield "a name 100,000 times", "{" + '"name": "x", ' * 100_000 + good[1:]
    yield "half a character", good.replace("Zulu", "\\ud800")
    anchors = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        anchors.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    yield "yaml: anchors of anchors", "\n".join([*anchors, "name: x", "resources: *j"])
    yield "yaml: an object of Python", "name: !!python/object/apply:os.system ['touch hacked']"
    yield "yaml: 20,000 lists in lists", "name: " + "[" * 20_000
    yield "yaml: an anchor in itself", "&a {name: x, resources: [*a]}"


_PAGES: Final = (".html", ".svg")
_ADDRESSES: Final = ("href", "src", "action", "formaction", "xlink:href", "srcset", "data")
_SCRIPT: Final = re.compile(r"[\0-\x20]*(?:(?:java|vb|live)?script\s*:|data:text)", re.IGNORECASE)
_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?![\d.]+$)")
_OBEYED: Final = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HARMLESS: Final = frozenset({"ins", "del", "mark", "wbr", "b", "span", "tspan", "br", "code"})
"""Elements that mark parts of a text, which a plain text may lack."""
_LINK: Final = frozenset({("a", "rel")})
"""The attribute of a site's external links, which a cell with an address becomes."""


def _made(text: str, picture: object = None) -> Made:
    """Return a package with a text in every place where one is allowed."""
    rows = [("b", text, text, "2020"), (text, "x", "y", "2021"), ("c", "x", text, "")]
    lines = ["id,name,note,start", "a,first,,2019"]
    lines += [",".join('"' + part.replace('"', '""') + '"' for part in row) for row in rows]
    items = spec("\n".join(lines) + "\n", title=text, description=text, interopwatch={
        "names": ["id", "name"], "lifecycle": {"begin": "start"},
        "words": {
            "noun": ["item", "items"], "topic": text, "sentences": {"began": "{name}: {note}"},
        },
    })  # fmt: skip
    drawn = {
        "name": "chart", "title": text, "description": text,
        "series": {"resource": "items", "columns": {"id": "{id}", "name": "{name}"}},
        "spec": _CHART if picture is None else picture,
    }  # fmt: skip
    return package(
        {"items": items},
        title=text,
        description=text,
        homepage=text,
        licenses=[{"name": text, "title": text, "path": text}],
        contributors=[{"title": text, "path": text, "role": text}],
        keywords=[text],
        interopwatch={"pictures": [drawn]},
    )


def _words(folder: Path) -> Iterator[Sequence[str]]:
    """Yield the commands that produce output, for an older and a newer package in a folder."""
    old, new = str(folder / "old"), str(folder / "new")
    at = ("--package", new)
    for form in ("html", "markdown", "terminal", "json"):
        yield (*at, "report", old, new, "--format", form, "-o", str(folder / f"report.{form}"))
    yield (*at, "diff", old, new, "--format", "csv", "-o", str(folder / "diff.csv"))
    yield (*at, "plot", "chart", old, new, "-o", str(folder / "chart.svg"))
    yield (*at, "plot", "chart", old, new, "-o", str(folder / "chart.png"))
    yield (*at, "site", str(folder / "site"), old)
    yield (*at, "export", "xlsx", str(folder / "items.xlsx"))
    yield (*at, "export", "sqlite", str(folder / "items.db"))
    yield (*at, "export", "metadata", str(folder / "metadata"))


def _ended_well(tally: Tally, ended: Ended, told: str) -> None:
    tally.tried += 1
    if ended.hung:
        tally.wrong("hangs", told)
    elif ended.memory > _MEMORY:
        tally.wrong("hangs", f"{told}: held {ended.memory} MiB")
    elif ended.broke:
        tally.wrong("tracebacks", f"{told}: {ended.err[-900:]}")
    elif ended.status == 2 and not ended.err.strip():
        tally.wrong("untrue", f"{told}: no message")


def _prepared(folder: Path, made: Made, every: int) -> Iterator[Sequence[str]]:
    """Write a package and an older one; yield all commands on them, or one in ``every``."""
    _made(PLAIN).edited(lambda raw: raw["resources"][0].pop("interopwatch")).write(folder / "old")
    (folder / "old/tables/items.csv").write_text("id,name,note,start\na,first,,2018\n", "utf-8")
    for path, content in made.files.items():
        file = folder / "new" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    yield from islice(_words(folder), 0, None, every)


def _plain(folder: Path, every: int = 1) -> dict[str, bytes]:
    """Return the files that the commands write for a plain text, to compare others with."""
    for words in _prepared(folder, _made(PLAIN), every):
        ended = run_here(words)
        assert ended.status == 0, ended
    return files(folder)


def _tried(tally: Tally, folder: Path, what: str, made: Made, every: int = 1) -> dict[str, bytes]:
    """Run all commands, or one in ``every``, on a package; return the files that they write."""
    for words in _prepared(folder, made, every):
        ended = run(words, folder / "said", partial(os.chdir, folder), memory=_SPACE)
        _ended_well(tally, ended, f"{what[:60]!r}: {' '.join(words[2:4])}")
        if _OBEYED.search(ended.out + ended.err):
            tally.wrong("unnoticed", f"{what[:60]!r}: {words[2:]} said {ended.err[:200]!r}")
    if files(folder / "new") != made.files or (folder / "hacked").exists():
        tally.wrong("unnoticed", f"{what[:60]!r}: a command that reads has written")
    return files(folder)


def _shape(content: bytes) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the elements of a page with their attributes, and its executable scripts."""
    tree = html.document_fromstring(content)
    shape = {(str(e.tag), str(name)) for e in tree.iter() for name in ("", *e.attrib)}
    scripts = {
        each.text or "" for each in tree.iter("script") if "json" not in (each.get("type") or "")
    }
    return shape, scripts


def _shapes(found: dict[str, bytes]) -> tuple[set[tuple[str, str]], set[str]]:
    pages = [_shape(content) for name, content in found.items() if name.endswith(_PAGES)]
    return {each for shape, _ in pages for each in shape}, {s for _, own in pages for s in own}


def _look(tally: Tally, what: str, found: dict[str, bytes], plain: dict[str, bytes]) -> None:
    """Check that no page has more in it than one with plain texts."""
    usual, scripts = _shapes(plain)
    for name, content in found.items():
        told = f"{what[:60]!r}: {name[:80]}"
        if name.endswith(_PAGES):
            shape, own = _shape(content)
            if more := {each for each in shape - usual if each[0] not in _HARMLESS} - _LINK:
                tally.wrong("unnoticed", f"{told}: holds {sorted(more)[:4]}")
            if own - scripts or _leads_to_script(content):
                tally.wrong("unnoticed", f"{told}: has a script of its own, or leads to one")
        elif name.endswith((".json", ".jsonld")) and not name.startswith(("old/", "new/")):
            try:
                json.loads(content, parse_constant=_refuse)
            except ValueError as error:
                tally.wrong("untrue", f"{told} is no JSON: {error}")
        elif name == "diff.csv":
            rows = csv.reader(io.StringIO(content.decode(), newline=""))
            if any(_FORMULA.match(each) for row in rows for each in row):
                tally.wrong("unnoticed", f"{told}: holds a formula")


def _leads_to_script(content: bytes) -> bool:
    return any(
        _SCRIPT.match(element.get(attribute) or "")
        for element in html.document_fromstring(content).iter()
        for attribute in _ADDRESSES
    )


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def cells(texts: Sequence[str], every: int = 1) -> Tally:
    """Run all commands, or one in ``every``, on packages with malicious texts."""
    tally = Tally("hostile cells on pages")
    with TemporaryDirectory(prefix="attack-") as name:
        plain = _plain(Path(name) / "plain", every)
        for number, text in enumerate(texts):
            folder = Path(name) / str(number)
            folder.mkdir()
            _look(tally, text, _tried(tally, folder, text, _made(text), every), plain)
    return tally


def pictures() -> Tally:
    """Draw pictures that try to exhaust time or memory, or to read files."""
    tally = Tally("hostile pictures")
    with TemporaryDirectory(prefix="attack-") as name:
        plain = _plain(Path(name) / "plain")
        for number, (what, picture) in enumerate(PICTURES.items()):
            folder = Path(name) / str(number)
            found = _tried(tally, folder, what, _made(PLAIN, picture))
            _look(tally, what, found, plain)
            if b"root:" in b"".join(found.values()):
                tally.wrong("unnoticed", f"{what}: it shows a file")
    return tally


def descriptors(start: int = 0, every: int = 1) -> Tally:
    """Read descriptors, or one in ``every``, that try to exhaust time or memory, or to run code."""
    tally = Tally("hostile descriptors on pages")
    with TemporaryDirectory(prefix="attack-") as name:
        for number, (what, text) in enumerate(islice(_descriptors(), start, None, every)):
            made = dict(_made(PLAIN).files)
            del made["datapackage.json"]
            kind = "yaml" if what.startswith("yaml") else "json"
            made[f"datapackage.{kind}"] = text.encode("utf-8", "surrogatepass")
            _tried(tally, Path(name) / str(number), what, Made(made))
    return tally


def attacks() -> list[Callable[[], Tally]]:
    """Return all of them, in parts that can run in parallel."""
    parts = [partial(cells, CELLS[start::4]) for start in range(4)]
    return [*parts, partial(pictures), partial(descriptors, 0, 2), partial(descriptors, 1, 2)]
