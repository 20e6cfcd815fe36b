"""Escape text from data for its destination: terminals, Markdown, logs, spreadsheets, XML."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from msgspec import DecodeError, Struct, to_builtins
from msgspec.json import Encoder
from msgspec.json import format as format_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST: Final = 100
_SHOWN: Final = 40
"""Messages show a cell of more than ``_LONGEST`` characters by its first ``_SHOWN`` ones."""
_INVISIBLE: Final = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""Characters that reorder a line or are invisible: bidirectional controls, line separators, tags
and the rest of Default_Ignorable_Code_Point (Unicode Standard Annex 44)."""
_JOINING: Final = "\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Joiners and variation selectors: invisible, but required after letters of some scripts and after
emoji, where they are kept. After ASCII, after each other or at the start, they only hide
something."""
# Patterns are kept as texts, which `re` compiles on first use and caches: compiling all that a
# command loads took 6 ms, a twentieth of a comparison of the shipped package.
_HIDDEN: Final = (
    rf"[\x7f-\x9f{_INVISIBLE}\ud800-\udfff]"
    rf"|(?:^|(?<=[\x00-\x7f{_INVISIBLE}{_JOINING}]))[{_JOINING}]"
)
_PERHAPS_HIDDEN: Final = rf"[\x7f-\x9f{_INVISIBLE}{_JOINING}\ud800-\udfff]"
_SHOWN_ASCII: Final = bytes(range(0x20, 0x7F)) + b"\n"
_CONTROL: Final = rf"[\x00-\x08\x0b-\x1f]|{_HIDDEN}"
# The first characters of a formula in some spreadsheet, which skips a tab or return before it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = r"(?a)[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?"
# All that CommonMark or GitHub may interpret as markup, including mathematics and mentions.
_MARKUP: Final = r"([\\`*_{}\[\]<>#|~!&@$])"
# At the start of a line: a list, a thematic break, the underline of a heading.
_BLOCK: Final = r"^(\s*)(?:([-+=])|(\d+)([.)]))"
# All characters that could be mistaken for others: all but ASCII without space and backslash.
_ESCAPED: Final = r"[^!-\[\]-~]"
_SHORT: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}
_UNSEEN: Final = ("Cf", "Cc")
_LOOK_ALIKES: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеѕіјорухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονρ‐‑‒–—−‘’ʼ“”",
    "ABESIJKMHOPCTYXacesijopyxABEZHIKMNOPTYXaovp------'''\"\"",
)
"""Cyrillic and Greek letters that look like Latin ones, and dashes and quotes: those that occur in
data. (Unicode Technical Standard 39, "Confusable Detection", lists thousands.)"""
_DIGITS: Final = r"\d+"
_LONGEST_NUMBER: Final = 20
"""Numbers of at most this many digits sort by value: all that fit into 64 bits."""
_encode: Final = Encoder().encode  # 1.5 times as fast as msgspec.json.encode
# A slash beside white space or at an end, as between the parts of a key in a sentence.
_LONE_SLASH: Final = r"(?<!\S)/|/(?!\S)"
_BREAKS: Final = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+"
# GitHub links @name and #12, here after their backslash, and GH-12.
_MENTION: Final = r"(?i)(\\[@#]|\bGH-)(?=\w)"
# Linked without any markup: a scheme with //, mailto:, xmpp:, www.
_ADDRESS: Final = r"(?i)\b(?:(\w+)(:)(?=//)|(mailto|xmpp)(:)|(www)(\.))"
# `::` at the start of a line, `##[` and `##vso[` anywhere.
_COMMAND: Final = r"(?m)^([^\S\n]*)(:)(?=:)|(#)(?=#(?:vso)?\[)"

NOT_IN_XML: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
"""The characters that an XML document cannot contain (XML 1.0, section 2.2)."""


def for_terminal(text: str) -> str:
    r"""Escape characters that would control a terminal or reorder the visible text.

    Tabs and line feeds are kept.

    >>> for_terminal("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return re.sub(_CONTROL, lambda match: ascii(match.group(0))[1:-1], text)


def excerpt(cell: str) -> str:
    """Quote a cell for a message: a long one is cut, with its length.

    >>> excerpt("five")
    "'five'"
    >>> excerpt("9" * 5000)
    "'9999999999999999999999999999999999999999…' (5,000 characters)"
    """
    if len(cell) <= _LONGEST:
        return repr(cell)
    return f"{cell[:_SHOWN] + '…'!r} ({len(cell):,} characters)"


def in_line(text: str) -> str:
    r"""Escape text for a terminal so that it stays on one line.

    >>> in_line("one\ntwo\tthree")
    'one\\ntwo\\tthree'
    """
    return for_terminal(text).replace("\n", "\\n").replace("\t", "\\t")


def as_json(value: object, indent: int | None = 2) -> str:
    r"""Encode a value as JSON, indented and with a final newline, safe to print to a terminal.

    With ``indent=None``, it is one line.
    Characters that would control a terminal or reorder the visible text are escaped (RFC 8259,
    section 7), which does not change the value.

    >>> print(as_json({"a": "ü\x9b"}), end="")
    {
      "a": "ü\u009b"
    }
    """
    text = json.dumps(value, ensure_ascii=False) if indent is None else indented(value, indent)
    return _hidden_escaped(text) + "\n"


def indented(value: object, indent: int) -> str:
    """Encode JSON indented as :mod:`json` does, without final newline or extra escapes."""
    try:  # json indents in Python: 2.7 times as slow for 20,000 rows
        return format_json(json.dumps(value, ensure_ascii=False), indent=indent)
    except (DecodeError, UnicodeEncodeError):  # NaN or a lone surrogate, which are not JSON
        return json.dumps(value, indent=indent, ensure_ascii=False)


def texts_as_json(value: object, indent: int = 2) -> str:
    """Encode a value without numbers as :func:`as_json` does, in a quarter of the time.

    Args:
        value: Texts, booleans and ``None``, in structs, objects and arrays.
        indent: The number of spaces to indent by.
    """
    try:
        data = format_json(_encode(value), indent=indent)
    except UnicodeEncodeError:  # a lone surrogate, as in a file name that is not valid text
        return as_json(to_builtins(value), indent)
    text = data.decode() + "\n"
    return re.sub(_HIDDEN, _json_escape, text) if _may_hide(data) else text


def texts_as_json_lines(values: Sequence[Struct]) -> bytes:
    """Encode structs of one class as JSON Lines in UTF-8, like :func:`texts_as_json`.

    Encoding all of them at once takes half as long as one by one.

    Args:
        values: The structs, at least one. Their first and last members are texts.
    """
    try:
        array = format_json(_encode(values), indent=0)
    except UnicodeEncodeError:
        return "".join(as_json(to_builtins(each), None) for each in values).encode()
    # This separates two objects, and cannot occur within a text, whose quotes are escaped.
    first = f'{{"{values[0].__struct_fields__[0]}": "'.encode()
    lines = array[1:-1].replace(b'"}, ' + first, b'"}\n' + first)
    if _may_hide(lines):
        each_line = lines.decode().split("\n")
        lines = "\n".join(map(_hidden_escaped, each_line)).encode()
    return lines + b"\n"


def _hidden_escaped(text: str) -> str:
    if not _may_hide(text.encode(errors="surrogatepass")):
        return text
    return re.sub(_HIDDEN, _json_escape, text)


def _may_hide(text: bytes) -> bool:
    """Return whether a text may contain hidden characters; for most texts, the answer is quick.

    Removing plain ASCII first made this 40 times as fast as searching a complete row.
    """
    rest = text.translate(None, _SHOWN_ASCII)
    return bool(rest) and bool(re.search(_PERHAPS_HIDDEN, rest.decode(errors="surrogatepass")))


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] > "\x7f" else "\\u007f"


def distinguished(one: str, other: str) -> tuple[str, str]:
    r"""Return two texts for display; if they look alike, their differences are escaped.

    Look-alikes are composed and decomposed letters, kinds of space, letters of several scripts, and
    a line feed and a backslash with an n.

    >>> print(*distinguished("caf\u00e9", "cafe\u0301"), *distinguished("New York", "Newark"))
    caf\u00e9 cafe\u0301 New York Newark
    """
    if one == other or _differ_visibly(one, other) or appearance(one) != appearance(other):
        return one, other
    shared = min(len(one), len(other))
    begin = next((at for at in range(shared) if one[at] != other[at]), shared)
    end = next(
        (at for at in range(shared - begin) if one[-1 - at] != other[-1 - at]), shared - begin
    )
    first, second = (
        text[:begin]
        + re.sub(_ESCAPED, _escape, text[begin : len(text) - end])
        + text[len(text) - end :]
        for text in (one, other)
    )
    return first, second


def _differ_visibly(one: str, other: str) -> bool:
    """Return whether two texts begin or end with different ASCII letters or digits.

    These cannot be mistaken for others, unless the last one ends an escape sequence. Most cells
    that differ do so there, which takes a fifth of the time of comparing both texts completely.
    """
    begin = one[:1] + other[:1]
    if begin.isascii() and begin.isalnum() and one[:1] != other[:1]:
        return True
    end = one[-1:] + other[-1:]
    return (
        end.isascii()
        and end.isalnum()
        and one[-1:] != other[-1:]
        and "\\" not in one
        and "\\" not in other
    )


def appearance(text: str) -> str:
    """Normalise a text by its appearance: texts that look alike have equal results."""
    if not text.isascii():
        plain = unicodedata.normalize("NFC", text).translate(_LOOK_ALIKES)
        text = "".join(each for each in plain if unicodedata.category(each) not in _UNSEEN)
    return " ".join(text.replace("\\n", " ").replace("\\t", " ").split())


def _escape(found: re.Match[str]) -> str:
    each = found[0]
    if each in _SHORT:
        return _SHORT[each]
    return f"\\u{ord(each):04x}" if ord(each) <= 0xFFFF else f"\\U{ord(each):08x}"  # noqa: PLR2004


def alphabetical(text: str) -> tuple[str, str]:
    """Return a sort key for alphabetical lists: case and accents only break ties.

    Numbers within a text sort by value.

    >>> sorted(["Zeta", "Émile", "alpha", "alpha 10", "alpha 9"], key=alphabetical)
    ['alpha', 'alpha 9', 'alpha 10', 'Émile', 'Zeta']
    """
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(_DIGITS, lambda digits: digits[0].zfill(_LONGEST_NUMBER), plain), text


def key_label(parts: Iterable[str]) -> str:
    r"""Join the parts of a primary key with slashes.

    If there are several, slashes within them are escaped, so that no two keys look alike.

    >>> print(key_label(["a/b", "c"]), key_label(["a", "b/c"]), key_label(["a/b"]))
    a\/b/c a/b\/c a/b
    """
    texts = list(parts)
    if len(texts) == 1:
        return texts[0]
    return "/".join(text.replace("\\", "\\\\").replace("/", "\\/") for text in texts)


def key_phrase(parts: Iterable[str]) -> str:
    r"""Join the parts of a primary key for a sentence, escaping slashes that could separate them.

    >>> print(key_phrase(["a / b", "c"]), "|", key_phrase(["a", "b / c"]))
    a \/ b / c | a / b \/ c
    """
    texts = list(parts)
    if len(texts) == 1:
        return texts[0]
    return " / ".join(re.sub(_LONE_SLASH, r"\\/", text) for text in texts)


def for_spreadsheet(cell: str) -> str:
    """Escape a cell that a spreadsheet would interpret as a formula, with an apostrophe.

    Numbers are kept. (OWASP, "CSV Injection".)

    >>> for_spreadsheet("=1+1"), for_spreadsheet("-5"), for_spreadsheet("plain")
    ("'=1+1", '-5', 'plain')
    """
    if cell.startswith(_FORMULA) and re.fullmatch(_NUMBER, cell) is None:
        return f"'{cell}"
    return cell


def for_markdown(text: str) -> str:
    r"""Escape text so that Markdown shows it literally, on one line.

    Markup, mathematics and HTML are escaped, and so are addresses, `@name` and `#12`, which GitHub
    would link ("Autolinked references and URLs", GitHub Docs). Sites look for mentions after
    resolving escapes, so an empty comment splits them. Invisible characters are shown by their
    code.

    >>> for_markdown("<b>*a*</b>\n- x")
    '\\<b\\>\\*a\\*\\</b\\> - x'
    >>> for_markdown("@me see https://example.org")
    '\\@<!-- -->me see https\\://example.org'
    """
    line = for_terminal(re.sub(_BREAKS, " ", text).strip())
    plain = re.sub(_MARKUP, r"\\\1", line)
    plain = re.sub(_MENTION, r"\1<!-- -->", plain)
    plain = re.sub(_ADDRESS, lambda m: rf"{m[1] or m[3] or m[5]}\{m[2] or m[4] or m[6]}", plain)
    plain = re.sub(_COMMAND, r"\1\:", plain)  # a workflow that prints the Markdown would run it
    return re.sub(_BLOCK, lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", plain)


def for_log(text: str) -> str:
    r"""Escape workflow commands in text, so that the log of a workflow shows them as text.

    A command is a line that begins with two colons ("Workflow commands for GitHub Actions"); in
    the older form, and on Azure Pipelines, it may occur anywhere in a line.

    >>> print(for_log("::error::no\na ##[group]"))
    \x3a:error::no
    a \x23#[group]
    """
    return re.sub(_COMMAND, lambda m: f"{m[1] or ''}\\x{ord(m[2] or m[3]):02x}", text)


def json_for_log(text: str) -> str:
    r"""Escape workflow commands in JSON text without changing its value.

    >>> json_for_log('["##[group]"]')
    '["\\u0023#[group]"]'
    """
    return re.sub(_COMMAND, lambda m: f"{m[1] or ''}\\u{ord(m[2] or m[3]):04x}", text)


def for_xml(text: str) -> str:
    """Replace the characters that XML cannot contain."""
    return re.sub(NOT_IN_XML, "\N{REPLACEMENT CHARACTER}", text)


def without_folder(text: str, folder: object) -> str:
    """Strip a folder from the paths of files in a text.

    >>> without_folder("s/tables/a.csv: broken", "s")
    'tables/a.csv: broken'
    """
    return re.sub(rf"(?<![\w./\\-]){re.escape(str(folder))}[/\\]", "", text)
