"""What capture can find wrong with a page, and why it refuses one: every code, and what is said."""

from __future__ import annotations

from typing import Any, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.errors import CaptureError
from interopwatch.findings import Finding

_FINDINGS: Final[dict[str, Any]] = Phrasebook.of("catalogue.toml").data
_REFUSALS: Final[dict[str, Any]] = _FINDINGS.pop("refusals")
CATALOGUE: Final[dict[str, str]] = {code: each["means"] for code, each in _FINDINGS.items()}
"""What each code stands for. Whether it is an error depends on how much hangs on it."""


def found(name: str, file: str, line: int = 0, field: str = "", /, **said: object) -> Finding:
    """A finding in the words of the catalogue.

    Args:
        name: Its code; with the name of one of its messages behind a full stop if it has several.
        file: The file it is about.
        line: The line in it; 0 if it is about the file as a whole.
        field: The field that it is about.
        said: What stands for the names in braces.
    """
    code, _, form = name.partition(".")
    words = {"hint": "", "level": "error", **_FINDINGS[code], **_FINDINGS[code].get(form, {})}
    message, hint = (words[each].format_map(said) for each in ("says", "hint"))
    return Finding(file, line, field, code, message, hint, words["level"])


def refused(name: str, **said: object) -> CaptureError:
    """The error by which a page or an answer is refused, in the words of the catalogue."""
    words = _REFUSALS[name]
    return CaptureError(words["says"].format_map(said), hint=words.get("hint", "").format_map(said))


def as_table() -> str:
    """The catalogue as a table in Markdown, for ``docs/updating.md``."""
    rows = [f"| `{code}` | {text} |" for code, text in CATALOGUE.items()]
    return "".join(f"{line}\n" for line in ("| code | what it means |", "|---|---|", *rows))
