"""Text from data made safe for where it goes: terminals, Markdown, spreadsheets."""

from __future__ import annotations

import json
import re
from typing import Final

from msgspec import DecodeError
from msgspec.json import encode as encode_json
from msgspec.json import format as format_json

_LONGEST: Final = 100
_SHOWN: Final = 40
"""A cell of more than so many characters is shown in messages by so many of them."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HIDDEN: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&@])")
_BLOCK: Final = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))")
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def for_terminal(text: str) -> str:
    r"""Text without characters that would command a terminal or reorder what is read.

    Tabs and line feeds stay.

    >>> for_terminal("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return _CONTROL.sub(lambda match: ascii(match.group(0))[1:-1], text)


def excerpt(cell: str) -> str:
    """A cell in quotes for a message: a long one by its beginning and its length.

    >>> excerpt("five")
    "'five'"
    >>> excerpt("9" * 5000)
    "'9999999999999999999999999999999999999999…' (5,000 characters)"
    """
    if len(cell) <= _LONGEST:
        return repr(cell)
    return f"{cell[:_SHOWN] + '…'!r} ({len(cell):,} characters)"


def in_line(text: str) -> str:
    r"""Text for a terminal that stays on its line.

    >>> in_line("one\ntwo\tthree")
    'one\\ntwo\\tthree'
    """
    return for_terminal(text).replace("\n", "\\n").replace("\t", "\\t")


def as_json(value: object, indent: int | None = 2) -> str:
    r"""JSON text, indented and with a final newline, safe to show on a terminal.

    With ``indent=None`` it is one line.
    Characters that would command a terminal or reorder what is read are escaped (RFC 8259,
    section 7), which changes nothing of the value.

    >>> print(as_json({"a": "ü\x9b"}), end="")
    {
      "a": "ü\u009b"
    }
    """
    text = json.dumps(value, ensure_ascii=False)
    if indent is not None:
        try:  # json indents in Python, which took 2.7 times as long for 20,000 rows
            text = format_json(text, indent=indent)
        except (DecodeError, UnicodeEncodeError):  # NaN, or half a pair of surrogates: no JSON
            text = json.dumps(value, indent=indent, ensure_ascii=False)
    return _hidden_escaped(text) + "\n"


def texts_as_json(value: object, indent: int = 0) -> str:
    """What :func:`as_json` makes of a value that holds no numbers, in a quarter of the time.

    Args:
        value: Texts, truth values and nothing, in objects and arrays.
        indent: By how many spaces to indent; with 0, it is one line.
    """
    try:
        text = format_json(encode_json(value), indent=indent).decode()
    except UnicodeEncodeError:  # half a pair of surrogates, as in a file name that is no text
        return as_json(value, indent or None)
    if not text.isprintable():  # which is known sooner than what is hidden in it
        text = _hidden_escaped(text)
    return text + "\n"


def _hidden_escaped(text: str) -> str:
    return _HIDDEN.sub(lambda match: f"\\u{ord(match.group(0)):04x}", text)


def for_spreadsheet(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe if it might be one.

    Numbers stay as they are. (OWASP, "CSV Injection".)

    >>> for_spreadsheet("=1+1"), for_spreadsheet("-5"), for_spreadsheet("plain")
    ("'=1+1", '-5', 'plain')
    """
    if cell.startswith(_FORMULA) and _NUMBER.fullmatch(cell) is None:
        return f"'{cell}"
    return cell


def for_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is: no markup, no mention, no HTML, one line.

    >>> for_markdown("<b>*a*</b>\n- x")
    '\\<b\\>\\*a\\*\\</b\\> - x'
    """
    plain = _MARKUP.sub(r"\\\1", _BREAKS.sub(" ", text).strip())
    return _BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", plain)
