"""Sphinx configuration for a site of the README and the documents: `make manual`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import interopwatch
from interopwatch.changeset import changes, model

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "interopwatch"
version = release = interopwatch.__version__
copyright = "the contributors to interopwatch"  # noqa: A001 - Sphinx calls it so

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3  # the documents link to headings, as a forge shows them
suppress_warnings = ["misc.highlighting_failure"]  # what commands print is no shell session
autodoc_typehints = "none"  # the signatures name types that are imported for checking only
napoleon_numpy_docstring = False
html_theme = "furo"
html_title = "interopwatch"
html_show_sphinx = False

# For a signature, msgspec reads the types of fields, which are not there at run time.
vars(changes).update({name: getattr(model, name) for name in model.__dict__ if name[0].isupper()})

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = {
    "index": "README.md",
    "changelog": "CHANGELOG.md",
    "contributing": "CONTRIBUTING.md",
    "security": "SECURITY.md",
}
"""Pages at the top of the repository, where readers look for them."""


def from_the_top(app: Sphinx, page: str, source: list[str]) -> None:
    """Insert a document from the top folder at the start of its page, with adapted links."""
    del app
    if page in PAGES:
        text = (ROOT / PAGES[page]).read_text(encoding="utf-8")
        text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL).replace("](docs/", "](")
        for name, file in PAGES.items():
            text = text.replace(f"]({file})", f"]({name}.md)")
        text = text.replace("](LICENSE)", "](licence.md)")
        source[0] = f"{text}\n{source[0]}"


def setup(app: Sphinx) -> None:
    """Register the function above with Sphinx."""
    app.connect("source-read", from_the_top)
