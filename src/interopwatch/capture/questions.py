"""What only a person can decide of a capture, as questions, and what follows from the answers.

Answers are kept in a file, so that they can be reviewed, and given again without a terminal.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from interopwatch.capture.capture import Capture, changed_files, with_rows, with_unresolved
from interopwatch.capture.merge import COUNTS
from interopwatch.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from interopwatch.findings import Finding
    from interopwatch.package.package import Package

FORMAT: Final = "interopwatch-answers/1"
ACCEPT: Final = "accept"
"""The answer that takes a finding for settled as the tables have it."""
_WRONG: Final = "count-disagrees"
_NO_TEXT: Final = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters (Unicode Standard, table 4-4): controls, halves of a pair, and ends of
lines and paragraphs."""
_SHOWN: Final = 60
"""Characters of what is no answer, in messages."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide.

    Attributes:
        id: The same for the same question of the same edition.
        kind: ``words`` asks for a text of our own, ``finding`` whether a finding is settled.
        text: What is asked.
        passage: What the page says there, as it stands; empty if it is not known.
        row: The row that it is about: resource and key; empty if it is about the page.
        field: The field of the row.
    """

    id: str
    kind: Literal["words", "finding"]
    text: str
    passage: str = ""
    row: str = ""
    field: str = ""


def questions(found: Capture) -> tuple[Question, ...]:
    """Everything that a capture leaves to a person: texts of our own, and errors."""
    errors = (finding for finding in found.findings if finding.level == "error")
    return (*_words(found), *(_of_finding(each, _passage(found, each)) for each in errors))


def _passage(found: Capture, finding: Finding) -> str:
    """What the page says where a finding is; empty if it is about the page, or about a table."""
    said = (
        entry.passage.text
        for page in found.pages
        if finding in page.findings and finding.file == page.where and finding.line
        for entry in page.entries
        if entry.passage.line == finding.line
    )
    return " ".join(said)


def _of_finding(finding: Finding, passage: str = "") -> Question:
    said = f"{finding.field}\0{finding.message}"  # wherever the page lies
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    text = ". ".join(filter(None, (f"{finding.place}: {finding.message}", finding.hint)))
    return Question(f"{finding.code}:{digest}", "finding", text, passage, field=finding.field)


def _words(found: Capture) -> Iterator[Question]:
    placeholder = found.package.descriptor.placeholder
    passages = {
        (fact.resource, tuple(fact.key)): entry.passage.text
        for page in found.pages
        for entry in page.entries
        for fact in entry.facts
    }
    for resource in found.package.descriptor.resources if placeholder else ():
        for row in found.package.rows(resource.name):
            key = resource.key_of(row)
            for field, cell in row.items():
                if cell == placeholder:
                    name = f"{resource.name} {' / '.join(key)}"
                    yield Question(
                        f"words:{resource.name}/{'/'.join(key)}/{field}",
                        "words",
                        f"{name}: what is its {field}? A short text of your own, facts only.",
                        passages.get((resource.name, key), ""),
                        name,
                        field,
                    )


def answered(before: Package, found: Capture, answers: Mapping[str, str]) -> Capture:
    """A capture after some answers: with our words, and without the findings that are settled.

    Args:
        before: The package before the capture.
        found: The capture.
        answers: The answers by the id of their question.

    Raises:
        CaptureError: An answer is none to its question.
    """
    asked = {question.id: question for question in questions(found)}
    placeholder = found.package.descriptor.placeholder
    settled: set[str] = set()
    for name, answer in answers.items():
        question = asked.get(name)
        if question is None or not answer.strip():
            continue
        if question.kind == "finding":
            if answer != ACCEPT:
                raise CaptureError(
                    f"{name}: {answer!r} is no answer",
                    hint=f"Answer {ACCEPT!r}, or correct the page or the tables instead.",
                )
            settled.add(name)
        elif answer.strip() == placeholder:
            raise CaptureError(f"{name}: {placeholder!r} is no text of your own")
    package = _without_counts(_with_words(found.package, answers), found, settled)
    pages = tuple(
        replace(page, findings=tuple(f for f in page.findings if not _is_settled(f, settled)))
        for page in found.pages
    )
    package = with_unresolved(package, pages)
    return replace(found, pages=pages, package=package, files=changed_files(before, package))


def _is_settled(finding: Finding, settled: Collection[str]) -> bool:
    return finding.level == "error" and _of_finding(finding).id in settled


def _without_counts(package: Package, found: Capture, settled: Collection[str]) -> Package:
    """The tables without the numbers that a page states and, as somebody decided, has wrong."""
    wrong = {f.field for f in found.findings if f.code == _WRONG and _is_settled(f, settled)}
    rows = package.rows(COUNTS)
    kept = [row for row in rows if row["count"] not in wrong]
    return package if len(kept) == len(rows) else with_rows(package, {COUNTS: kept})


def _with_words(package: Package, answers: Mapping[str, str]) -> Package:
    placeholder = package.descriptor.placeholder
    changed: dict[str, list[dict[str, str]]] = {}
    for resource in package.descriptor.resources if placeholder else ():
        rows = [dict(row) for row in package.rows(resource.name)]
        for row in rows:
            at = f"words:{resource.name}/{'/'.join(resource.key_of(row))}/"
            for field, cell in row.items():
                answer = answers.get(f"{at}{field}", "").strip()
                if cell == placeholder and answer:
                    row[field] = answer
                    changed[resource.name] = rows
    return with_rows(package, changed) if changed else package


def to_json(asked: Collection[Question], answers: Mapping[str, str]) -> dict[str, Any]:
    """Questions with their answers, as they are kept in a file; what is open has none."""
    return {
        "format": FORMAT,
        "answers": [
            {
                "id": question.id,
                "question": question.text,
                "passage": question.passage,
                "answer": answers.get(question.id, ""),
            }
            for question in asked
        ],
    }


def from_json(said: object, where: str) -> dict[str, str]:
    """The answers in a file, by the id of their question; what is open has none.

    Raises:
        CaptureError: It holds no answers, or one that cannot be written into a table.
    """
    wanted = CaptureError(
        f"{where}: these are no answers",
        hint="`interopwatch update PAGE --answers FILE` writes such a file.",
    )
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise wanted
    found: dict[str, str] = {}
    for each in said["answers"] if isinstance(said.get("answers"), list) else [None]:
        if not isinstance(each, dict) or "answer" not in each:
            raise wanted
        name = each.get("id")
        if not isinstance(name, str):
            raise wanted
        answer = as_answer(each["answer"], f"{where}: {name}")
        if found.setdefault(name, answer) != answer:
            raise CaptureError(f"{where}: {name}: it is answered twice, and differently")
    return found


def as_answer(said: object, where: str) -> str:
    """An answer without the white space around it.

    Raises:
        CaptureError: It is no text, or no line of text, so that no cell of a table should hold it.
    """
    if not isinstance(said, str):
        raise CaptureError(f"{where}: {json.dumps(said)[:_SHOWN]} is no text in quotes")
    answer = said.strip()
    odd = next((c for c in answer if unicodedata.category(c) in _NO_TEXT), None)
    if odd is not None:
        raise CaptureError(
            f"{where}: it holds the character U+{ord(odd):04X}, which is no part of a line of text",
            hint="Write plain words, on one line.",
        )
    return answer
