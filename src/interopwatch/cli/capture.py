"""``interopwatch capture``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from interopwatch.cli.main import allows_private, locked_to_write, opened, package_path
from interopwatch.cli.options import cache_option, checked_option, format_option
from interopwatch.cli.output import emit
from interopwatch.cli.screen import terminal_width
from interopwatch.errors import CaptureError
from interopwatch.files import read_regular
from interopwatch.loaders.resolve import fetch_options
from interopwatch.package.labels import counted, joined
from interopwatch.report.line_breaks import wrapped
from interopwatch.text import in_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.capture import Capture
    from interopwatch.capture.model import Document

MOST: Final = 16 << 20
"""The maximum size of a page on disk in bytes, the same as on the web (:class:`FetchOptions`)."""


@click.command("capture")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--work", default="", help="The work that PAGE is an edition of, if not recognised.")
@click.option(
    "--date", default="", help="The date of the edition, YYYY-MM-DD, if the page does not state it."
)
@click.option("--dry-run", is_flag=True, help="Show the result without writing anything.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any passage is not understood.")
@click.option("--force", is_flag=True, help="Write even if there are errors.")
@checked_option
@cache_option
@format_option("terminal", "markdown", "json", help="The output format.")
@click.option("--all", "whole", is_flag=True, help="List every passage, one line each.")
@click.pass_context
def command(
    ctx: click.Context,
    pages: tuple[str, ...],
    work: str,
    date: str,
    dry_run: bool,  # noqa: FBT001 - click passes flags by name
    strict: bool,  # noqa: FBT001 - click passes flags by name
    force: bool,  # noqa: FBT001 - click passes flags by name
    checked: str | None,
    cache: Path | None,
    form: str,
    whole: bool,  # noqa: FBT001 - click passes flags by name
) -> None:
    """Update the tables from new editions of pages, and account for every passage.

    PAGE is a URL, a saved HTML file, or plain text. What the page states becomes rows; texts
    worded by the maintainer are kept. Nothing is written if there are errors, unless --force is
    given.

    Exits with 1 if there are errors, or with --strict if a passage is not understood.
    """
    from interopwatch.capture.capture import capture
    from interopwatch.capture.render import render_capture

    # They would apply to all pages alike.
    if (work or date) and len(pages) > 1:
        raise click.UsageError("--work and --date are for one PAGE.")
    day = check_day(checked)
    if not dry_run:
        package_path(ctx)  # before anything is fetched
    documents = [read_page(page, cache, private=allows_private(ctx)) for page in pages]
    store, lock = (opened(ctx), None) if dry_run else locked_to_write(ctx)
    found = capture(store.package, documents, work=work, date=date, checked=day)
    writes = lock is not None and (force or found.is_sound)
    if lock is not None and writes and found.files:
        lock.replace(found.files)
    last = store.last_observed()
    text = render_capture(found, last, form, whole=whole, written=writes, width=terminal_width())
    if form == "terminal":
        text += what_next(found, day, written=writes)
    emit(text, None, form)
    is_sound = found.is_sound or force
    ctx.exit(0 if is_sound and (found.is_understood or not strict) else 1)


def what_next(found: Capture, checked: str, *, written: bool) -> str:
    """Return what to do after a capture, as lines for the terminal."""
    lines = (in_line(each) for each in _next(found, checked, written=written))
    if (width := terminal_width()) is not None:
        lines = (line for each in lines for line in wrapped(each, width, "", "  "))
    return "".join(f"{line}\n" for line in lines)


def _next(found: Capture, checked: str, *, written: bool) -> Iterator[str]:
    errors = sum(finding.level == "error" for finding in found.findings)
    works = joined([page.work for page in found.pages])
    if not found.is_sound and not written:
        yield f"Nothing was written: {counted(errors, ('error', 'errors'))}."
        yield "Next: fix the errors above, or inspect the result with --dry-run --all."
    elif not found.facts_changed:
        yield f"Checked {works} on {checked}: nothing changed."
    elif not written:
        yield "Nothing was written, as asked. Next: run it without --dry-run."
    else:
        day = max(page.published for page in found.pages)
        files = joined([path.name for path in found.files], most=len(found.files))
        yield f"Wrote {files}."
        yield f"Next: interopwatch validate && interopwatch freeze {day} -m WHY"


def check_day(text: str | None) -> str:
    """Return the day of the check (ISO 8601); today if ``None``.

    Raises:
        CaptureError: The text is not a date.
    """
    if text is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        raise CaptureError(f"--checked {text}: expected a day, such as 2025-07-28") from None


def read_page(page: str, cache: Path | None, *, private: bool) -> Document:
    """Read a page from a file or an address.

    Raises:
        CaptureError: There is no such file, or it is not a page.
        FetchError: It cannot be fetched.
    """
    from interopwatch.capture.page.read import read

    if page.lower().startswith(("http://", "https://")):
        from interopwatch.loaders.http import Robots, fetch_page

        folder = cache or Path(click.get_app_dir("interopwatch")) / "pages"
        # Without `--allow-private`, an address in the local network is refused.
        options = fetch_options(private=private)
        response = fetch_page(page, folder, replace(options, permit=Robots(options).check))
        attributes = {
            "media_type": response.media_type,
            "charset": response.charset,
            "address": response.url,
        }
        return read(response.content, response.url, **attributes)
    path = Path(page)
    try:
        content = read_regular(path, MOST)
    except FileNotFoundError:
        raise CaptureError(
            f"{page}: there is no such file", hint="Give a file, or an address with https://."
        ) from None
    except OSError as error:
        raise CaptureError(f"{page}: {error.strerror or error}") from None
    return read(content, page)
