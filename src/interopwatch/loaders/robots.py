"""What web sites let programs fetch: the Robots Exclusion Protocol (RFC 9309)."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

AGENT: Final = "interopwatch"
"""The name that the rules of a site may call this program by."""
MOST: Final = 500 << 10
"""How many bytes of a robots.txt are read (RFC 9309, 2.5: 500 KiB at least)."""


class Robots:
    """The rules of the sites that were asked for them; each is asked once.

    The rules are read by :mod:`urllib.robotparser`: the first that fits decides, and an
    asterisk inside a path has no meaning.
    """

    def __init__(self) -> None:
        self._rules: dict[str, RobotFileParser | None] = {}

    @staticmethod
    def address(url: str) -> str:
        """Where the rules for a URL are kept."""
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))

    def knows(self, url: str) -> bool:
        """Whether the site of a URL was asked."""
        return self.address(url) in self._rules

    def learn(self, url: str, content: bytes | None) -> None:
        """Take note of the rules of a URL's site.

        Args:
            url: Any URL of it.
            content: The content of its robots.txt, or the beginning of it; ``None`` if nobody
                can tell what it says, so that nothing may be fetched (RFC 9309, 2.3.1.4).
        """
        if content is None:
            self._rules[self.address(url)] = None
            return
        rules = RobotFileParser()
        text = content[:MOST].removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
        lines = text.splitlines()
        rules.parse(lines[:-1] if len(content) > MOST else lines)
        self._rules[self.address(url)] = rules

    def allows(self, url: str) -> bool | None:
        """Whether a URL may be fetched; ``None`` if the site could not tell."""
        rules = self._rules[self.address(url)]
        return None if rules is None else rules.can_fetch(AGENT, url)
