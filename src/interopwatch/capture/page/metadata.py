"""What an HTML page declares about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from interopwatch.capture.english.text import clean
from interopwatch.capture.page.elements import HTML

_STAMPS: Final = HTML.words("stamps")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_ADDRESS: Final = re.compile(r"https?://[^\s/]{1,255}[^\s]{0,2000}", re.IGNORECASE)
_LONGEST: Final = 100
_MOST: Final = 100


@dataclass(slots=True)
class Head:
    """What a page declares: its first word on each matter counts.

    Attributes:
        language: Its language (BCP 47).
        address: Its canonical address, if that is one of the web.
        stamps: Its dates, by the names of the declarations.
    """

    language: str = ""
    address: str = ""
    stamps: list[tuple[str, str]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its title: that of its window, else that which it is shared by."""
        return self.titles.get("title", "") or self.titles.get("og:title", "")

    def note(self, name: str, attributes: Any, element: Any) -> None:  # noqa: ANN401 - of lxml
        """Note what an element declares, if it declares anything."""
        if name == "html" and not self.language:
            language = (attributes.get("lang") or attributes.get("xml:lang") or "").strip()
            self.language = language if _LANGUAGE.fullmatch(language) else ""
        elif name == "title":
            self.titles.setdefault("title", clean("".join(element.itertext())))
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            address = attributes.get("href", "").strip()
            if not self.address and _ADDRESS.fullmatch(address):
                self.address = address
        elif name == "meta":
            self._declare(attributes)

    def _declare(self, attributes: Any) -> None:  # noqa: ANN401 - of lxml
        names = (
            attributes.get(each, "") for each in ("property", "name", "itemprop", "http-equiv")
        )
        name = next((each.strip().lower() for each in names if each), "")
        value = clean(attributes.get("content", ""))
        if name == "og:title":
            self.titles.setdefault(name, value)
        elif name in _STAMPS and value and len(value) <= _LONGEST and len(self.stamps) < _MOST:
            self.stamps.append((name, value))
