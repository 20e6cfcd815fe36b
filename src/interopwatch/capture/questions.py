"""The questions of a capture that only a person can decide, and the effects of the answers.

Answers are kept in a file, so that they can be reviewed, and reused without a terminal.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec.structs import replace as copied

from interopwatch.capture.catalogue import refused
from interopwatch.capture.merge import COUNTS, placeholder, unworded
from interopwatch.package.rewritten import with_rows, with_unresolved
from interopwatch.report.cells import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from interopwatch.capture.capture import Capture
    from interopwatch.capture.model import Key, Passage
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package

FORMAT: Final = "interopwatch-answers/1"
_WORDS: Final = "words:"
ACCEPT: Final = "accept"
"""The answer that accepts a finding, leaving the tables as they are."""
_NO_TEXT: Final = ("Cc", "Cs", "Zl", "Zp")
"""General categories (Unicode Standard, table 4-4): controls, surrogates, and line and paragraph
separators."""
_SHOWN: Final = 60
"""Characters of an invalid answer that messages show."""
_LONGEST: Final = 2000
"""Characters of the page that are shown with a question."""
_FEW: Final = 9
"""Passages of one line that are shown together: few paragraphs have more sentences."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A decision to make, with its answer, as kept in a file that people may edit.

    Attributes:
        id: Stable for the same question about the same edition. It begins with ``words:`` if the
            question asks for a text of ours, otherwise with the code of the finding to settle.
        text: The question.
        passage: The passage of the page, verbatim; empty if it is unknown.
        answer: The answer; empty if the question is open.
    """

    id: str
    text: Any = msgspec.field(name="question", default="")
    passage: Any = ""
    answer: Any

    @property
    def asks_for_words(self) -> bool:
        """Whether it asks for a text of ours."""
        return self.id.startswith(_WORDS)


class _Answers(msgspec.Struct, frozen=True):
    """A file of answers."""

    format: Literal["interopwatch-answers/1"]
    answers: tuple[Question, ...]


def questions(found: Capture) -> tuple[Question, ...]:
    """Return everything that a capture leaves to a person: texts of ours, and errors."""
    asked = [*_words(found)]
    for each in (finding for finding in found.findings if finding.level == "error"):
        text = ". ".join(filter(None, (f"{each.place}: {each.message}", each.hint)))
        asked.append(Question(id=_id(each), text=text, passage=_passage(found, each), answer=""))
    return tuple(asked)


def _passage(found: Capture, finding: Finding) -> str:
    """Return the text at the line of a finding; empty for one about a page or a table.

    Some pages are one long line: then only the passages that the finding quotes are returned.
    """
    said = [
        passage.text
        for page in found.pages
        if finding in page.findings and finding.file == page.where
        for passage in page.passages
        if passage.line == finding.line > 0
    ]
    quoted = [text for text in said if f"“{text[:_SHOWN]}" in finding.message]
    return shortened(" ".join(quoted if quoted or len(said) > _FEW else said), _LONGEST)


def _id(finding: Finding) -> str:
    said = f"{finding.field}\0{finding.message}"  # independent of the page's file and line
    return f"{finding.code}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _words(found: Capture) -> Iterator[Question]:
    # Show the passages of the row, and unread ones beside them: the text may be about these.
    given: defaultdict[tuple[str, Key], list[Passage]] = defaultdict(list)
    unread: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in (each for page in found.pages for each in page.passages):
        for fact in passage.facts:
            given[fact.resource, fact.key].append(passage)
        if passage.is_open:
            unread[passage.locator].append(passage)
    for resource, key, field in unworded(found.package):
        gave = given[resource, key]
        near = [each for place in dict.fromkeys(p.locator for p in gave) for each in unread[place]]
        told = dict.fromkeys((*near, *(each for each in gave if not each.heads)))
        passages = " ".join(each.text for each in told)
        said = f"{resource} {' / '.join(key)}: what is its {field}?"
        text = f"{said} A short text of your own, facts only."
        name = _words_id(resource, key, field)
        yield Question(id=name, text=text, passage=shortened(passages, _LONGEST), answer="")


def _words_id(resource: str, key: Key, field: str) -> str:
    return f"{_WORDS}{resource}/{'/'.join(key)}/{field}"


def answered(found: Capture, answers: Mapping[str, str]) -> Capture:
    """Apply answers, by the ids of their questions: fill in texts and drop settled findings.

    A count that is settled as wrong on the page is not recorded.

    Raises:
        CaptureError: An answer does not fit its question.
    """
    for question in questions(found):
        answer = answers.get(question.id, "").strip()
        if question.asks_for_words and answer == placeholder(found.package):
            raise refused("no-words", id=question.id, answer=answer)
        if answer not in {"", ACCEPT} and not question.asks_for_words:
            raise refused("no-decision", id=question.id, answer=answer, accept=ACCEPT)
    errors = (each for each in found.findings if each.level == "error")
    settled = {each for each in errors if answers.get(_id(each), "").strip()}
    pages = tuple(
        replace(page, findings=tuple(each for each in page.findings if each not in settled))
        for page in found.pages
    )
    wrong = {finding.field for finding in settled if finding.code == "count-disagrees"}
    package = _with_words(found.package, answers, wrong)
    package = with_unresolved(package, {page.source: page.findings for page in pages})
    return replace(found, pages=pages, package=package)


def _with_words(package: Package, answers: Mapping[str, str], wrong: Collection[str]) -> Package:
    """Return the package with texts of ours filled in, and without the wrong counts."""
    counts = package.rows(COUNTS)
    changed = {COUNTS: [row for row in counts if row["count"] not in wrong]} if wrong else {}
    for name, key, field in unworded(package):
        if answer := answers.get(_words_id(name, key, field), "").strip():
            rows = changed.setdefault(name, [*package.rows(name)])
            at = [*map(package.resource(name).key_of, rows)].index(key)
            rows[at] = {**rows[at], field: answer}
    return with_rows(package, changed) if changed else package


def to_json(asked: Iterable[Question], answers: Mapping[str, str]) -> dict[str, Any]:
    """Convert questions and answers to the JSON of an answers file; open ones are empty."""
    kept = tuple(copied(each, answer=answers.get(each.id, "")) for each in asked)
    found: dict[str, Any] = msgspec.to_builtins(_Answers(FORMAT, kept))
    return found


def from_json(said: object, where: str) -> dict[str, str]:
    """Return the answers in a file, by the id of their question; empty if open.

    Raises:
        CaptureError: It is not an answers file, answers a question in two ways, or has an answer
            that cannot be written into a table.
    """
    try:
        kept = msgspec.convert(said, _Answers)
    except msgspec.ValidationError:
        raise refused("no-answers", where=where) from None
    found: dict[str, str] = {}
    for each in kept.answers:
        answer = as_answer(each.answer, f"{where}: {each.id}")
        if found.setdefault(each.id, answer) != answer:
            raise refused("answered-twice", where=where, id=each.id)
    return found


def as_answer(said: object, where: str) -> str:
    """Return an answer without surrounding white space.

    Raises:
        CaptureError: It is not a string, or not a single line of text as a table cell needs.
    """
    if not isinstance(said, str):
        raise refused("no-text", where=where, said=json.dumps(said)[:_SHOWN])
    answer = said.strip()
    odd = next((c for c in answer if unicodedata.category(c) in _NO_TEXT), None)
    if odd is not None:
        raise refused("no-line", where=where, code=f"{ord(odd):04X}")
    return answer
