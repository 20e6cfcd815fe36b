"""Make damaged inputs from valid ones, at random."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random

_WEIRD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "\x00", "\ud800", "a" * 300, "../x",
    "/etc/passwd", "http://127.0.0.1:1/x.csv", "tables/a.csv", "datapackage.json", [], {}, [[]],
    [None], {"": ""}, "{", "{name", "{a|b|c}", "[{a}]", "id", "name", "%", "date", "edtf", "1",
    "2024-13", "../../x/..",
)  # fmt: skip
_PIECES: Final = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"{", b"}",
    b"[", b"]",
    b"\\u0000", b"\xe2\x80\xae", b"1e999", b"\x1b[31m", b"<p>", b"<!--", b"&#0;", b"NaN",
    b"\x85", b"'",
    b"-1", b"9" * 400, b"<table>", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"1999-02-30", b"[" * 3_000,
)  # fmt: skip


def mutated(random: Random, seeds: tuple[bytes, ...], *, is_json: bool) -> bytes:
    """Return a damaged input, made from valid ones."""
    content = random.choice(seeds)
    if is_json and random.random() < 0.75:
        value = json.loads(content)
        for _ in range(random.choice((1, 1, 2, 4))):
            value = _changed(random, value)
        return json.dumps(value, ensure_ascii=random.random() < 0.9).encode(errors="surrogatepass")
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        content = _cut(random, content, random.choice(seeds))
    return content


def _changed(random: Random, value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Return a value with some part replaced, removed, or duplicated."""
    if not isinstance(value, (dict, list)) or not value or random.random() < 0.1:
        return random.choice((*_WEIRD, value, [value], {"a": value}, str(value)))
    if isinstance(value, list):
        return _list_changed(random, value)
    name = random.choice(list(value))
    match random.randrange(8):
        case 0:
            return {n: v for n, v in value.items() if n != name}
        case 1:
            return {**value, random.choice(list(value)): value[name]}
        case 2:
            return {**value, str(random.choice(_WEIRD)): value[name]}
    return {**value, name: _changed(random, value[name])}


def _list_changed(random: Random, value: list[Any]) -> list[Any]:
    place = random.randrange(len(value))
    match random.randrange(5):
        case 0:
            return [*value[:place], *value[place + 1 :]]
        case 1:
            return [*value, value[place]]
    return [*value[:place], _changed(random, value[place]), *value[place + 1 :]]


def _cut(random: Random, content: bytes, other: bytes) -> bytes:
    """Return bytes with some of them changed, removed, repeated, or inserted."""
    begin = random.randrange(len(content) + 1)
    end = min(len(content), begin + random.choice((0, 1, 1, 2, 8, 64, 512)))
    match random.randrange(6):
        case 0:
            middle = b""
        case 1:
            middle = content[begin:end] * 3
        case 2:
            middle = random.choice(_PIECES)
        case 3:
            middle = bytes(byte ^ 1 << random.randrange(8) for byte in content[begin:end])
        case 4:
            middle = random.choice(_PIECES) + content[begin:end]
        case _:
            there = random.randrange(len(other) + 1)
            middle = other[there : there + random.choice((1, 8, 64, 512))]
    return content[:begin] + middle + content[end:]
