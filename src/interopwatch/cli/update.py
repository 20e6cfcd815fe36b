"""``interopwatch update``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interopwatch.cli.capture import MOST, check_day, read_page, what_next
from interopwatch.cli.main import allows_private, locked_to_write, package_path
from interopwatch.cli.options import cache_option, checked_option
from interopwatch.cli.output import emit
from interopwatch.cli.screen import terminal_width
from interopwatch.cli.snapshots import say_frozen, say_next
from interopwatch.cli.streams import say
from interopwatch.errors import CaptureError, UpdatedMeanwhileError
from interopwatch.files import read_regular, write_whole
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import counted, joined
from interopwatch.text import as_json
from interopwatch.timeline.snapshots import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.capture.capture import Capture
    from interopwatch.capture.questions import Question


@click.command("update")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option(
    "--answers",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Where to keep answers; questions answered there are not asked again.  "
    "[default: answers-SOURCE.json in the current folder]",
)
@click.option(
    "-m", "--message", "why", default="", metavar="WHY", help="The reason for the snapshot."
)
@click.option("--no-freeze", is_flag=True, help="Write the tables without creating a snapshot.")
@checked_option
@cache_option
@click.pass_context
def command(
    ctx: click.Context,
    pages: tuple[str, ...],
    file: Path | None,
    why: str,
    no_freeze: bool,  # noqa: FBT001 - click passes flags by name
    checked: str | None,
    cache: Path | None,
) -> None:
    """Capture new editions of pages, ask what is open, and freeze a snapshot.

    PAGE is as for `capture`; a URL is fetched only if it changed. After the account of every
    passage and the changes, the command asks what only a person can decide: the wording of new
    rows, and whether each error is settled. Answers are kept in a file for review, with which
    the same update runs without a terminal. Then the tables are written and frozen.

    Exits with 1 if a question is open; then only the file with the open questions is written.
    """
    from interopwatch.capture.capture import capture
    from interopwatch.capture.questions import answered, questions
    from interopwatch.capture.render import render_capture

    day = check_day(checked)
    documents = [read_page(page, cache, private=allows_private(ctx)) for page in pages]
    store = open_store(package_path(ctx))
    found = capture(store.package, documents, checked=day)
    name = "-".join(dict.fromkeys(page.source for page in found.pages))
    file = file or Path(f"answers-{name}.json")
    # Read before the changes are shown, so that an invalid file of answers ends the command early.
    answers = _read(file)
    last = store.last_observed()
    provisional = answered(found, answers)
    text = render_capture(
        provisional, last, "terminal", whole=False, written=False, width=terminal_width()
    )
    if not found.facts_changed:
        text += what_next(provisional, day, written=False)
    emit(text, None, "terminal")
    every = questions(found)
    try:
        if found.facts_changed and sys.stdin.isatty():
            _ask([each for each in every if not answers.get(each.id)], answers)
    finally:  # keep the answers if the user stops in between
        if every:
            _write(file, every, answers)
    open_ones = [each for each in every if not answers.get(each.id)]
    if open_ones:
        say(f"{counted(len(open_ones), ('question is', 'questions are'))} open: see {file}.")
        say("Nothing was written. Answer them there, and run the same command again.")
        ctx.exit(1)
    found = answered(found, answers)
    # Locked only now, since others would have to wait while a person thinks. So the changes shown
    # may be outdated.
    shown = store.package
    store, lock = locked_to_write(ctx)
    if not shown.is_current():
        # The command is restarted with the current package; the answers are already in the file.
        say("note: the package was updated meanwhile; starting again", err=True)
        raise UpdatedMeanwhileError("the package was updated while its changes were looked at")
    if found.files:
        lock.replace(found.files)
    if not found.facts_changed or no_freeze:
        say("Wrote the day of the check." if not found.facts_changed else "Wrote the tables.")
        return
    _freeze(ctx, found, why)


def _freeze(ctx: click.Context, found: Capture, why: str) -> None:
    """Freeze what was just written, as of the day of its latest page."""
    from interopwatch.timeline.freeze import SnapshotRequest, place_snapshot

    store = open_store(package_path(ctx))
    date = max(page.published for page in found.pages)
    titles = joined([found.package.editions[page.source]["title"] for page in found.pages])
    why = why or f"{titles}, as updated on {in_words(date)}"
    made = place_snapshot(store, SnapshotRequest(date, why))
    say_frozen(made)
    say_next(store, date)


def _read(file: Path) -> dict[str, str]:
    """Return the answers in a file; empty if there is no such file.

    Raises:
        CaptureError: It does not contain answers.
    """
    from interopwatch.capture.questions import from_json

    try:
        return from_json(json.loads(read_regular(file, MOST)), str(file))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise CaptureError(f"{file}: not JSON: {error}") from None
    except OSError as error:
        raise CaptureError(f"{file}: {error.strerror or error}") from None


def _write(file: Path, questions: Sequence[Question], answers: Mapping[str, str]) -> None:
    from interopwatch.capture.questions import to_json

    write_whole(file, [as_json(to_json(questions, answers)).encode()])


def _ask(questions: Sequence[Question], answers: dict[str, str]) -> None:
    """Add the answers of a person at a terminal; an empty answer leaves a question open."""
    from interopwatch.capture.questions import ACCEPT, as_answer

    for i, question in enumerate(questions, 1):
        say("")
        say(f"Question {i} of {len(questions)}: {question.text}")
        if question.passage:
            say(f"  The page says: “{question.passage}”")
        if question.asks_for_words:
            answer = click.prompt("  Your words", default="", show_default=False)
        else:
            settled = click.confirm("  Is this settled as the tables have it?", default=False)
            answer = ACCEPT if settled else ""
        answers[question.id] = as_answer(answer, question.id)
