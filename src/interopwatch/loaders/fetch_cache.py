"""Pages kept on disk, so that a page which did not change is not sent again.

A folder holds two files for each address, named by the SHA-256 of it: the content, and beside
it in JSON what the server said of it. Whatever is damaged there is fetched again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import OutputError
from interopwatch.files import write_whole
from interopwatch.loaders.fetching import Fetched, Limits, fetch
from interopwatch.text import as_json

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.loaders.robots import Robots

_TEXTS: Final = ("url", "media_type", "charset", "etag", "modified")


def fetch_kept(
    url: str,
    folder: Path,
    *,
    limits: Limits | None = None,
    private: bool = False,
    robots: Robots | None = None,
) -> Fetched:
    """Fetch what stands at an address, unless it is what the folder holds.

    Args:
        url: As in :func:`interopwatch.loaders.fetching.fetch`.
        folder: Where pages are kept; made if it is not there.
        limits: As there.
        private: As there.
        robots: As there.

    Returns:
        The answer with its content. Its status is 304 if the content is the one kept.

    Raises:
        FetchError: As there.
        OutputError: The folder cannot be written.
    """
    limits = limits or Limits()
    name = hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()
    kept = _kept(folder, name, limits.bytes)
    known = kept.validators if kept is not None and (kept.etag or kept.modified) else None
    got = fetch(url, limits=limits, private=private, known=known, robots=robots)
    if got.not_modified and kept is not None:
        return replace(kept, status=got.status)
    _keep(folder, name, got)
    return got


def _kept(folder: Path, name: str, most: int) -> Fetched | None:
    """What is kept under a name; ``None`` if there is nothing, or nothing sound."""
    try:
        told: Any = json.loads((folder / f"{name}.json").read_bytes())
        file = folder / f"{name}.body"
        content = file.read_bytes() if file.stat().st_size <= most else b""
        texts = {key: told[key] for key in _TEXTS}
        sound = told["sha256"] == hashlib.sha256(content).hexdigest()
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if not sound or not all(isinstance(t, str) and t.isprintable() for t in texts.values()):
        return None
    return Fetched(status=200, content=content, **texts)


def _keep(folder: Path, name: str, got: Fetched) -> None:
    said = {key: value for key, value in asdict(got).items() if key in _TEXTS}
    said["sha256"] = hashlib.sha256(got.content).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written: {error.strerror or error}",
            hint="Choose another folder, or make it writable.",
        ) from None
    # The content first: whoever is killed in between leaves one that the JSON does not fit.
    write_whole(folder / f"{name}.body", [got.content])
    write_whole(folder / f"{name}.json", [as_json(said).encode()])
