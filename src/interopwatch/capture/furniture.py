"""What surrounds the text of a page, by the words that it is told by.

Nothing here is lost: what is taken for furniture is kept apart, in the document's `furniture`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of furniture that sites give names (``id``, ``class``) but no element of its own.

    A name alone is not believed: the passage has to be short, and to speak of the matter.

    Attributes:
        names: The words in names that tell it: ``cookie`` in ``cookie-banner``.
        says: What it says somewhere, in lower case; if nothing is given, it holds no prose.
        most: The longest that it can be, in characters.
    """

    names: frozenset[str]
    says: tuple[str, ...]
    most: int


SORTS: Final = {
    "cookies": Sort(
        frozenset(
            ("cookie", "cookies", "cookiebar", "cookiebanner", "consent", "gdpr", "ccpa",
             "onetrust", "cookiebot", "privacybanner")
        ),
        ("cookie", "privacy", "consent"),
        20_000,
    ),
    "newsletter": Sort(
        frozenset(("newsletter", "newsletters", "subscribe", "subscription", "mailinglist")),
        ("newsletter", "subscribe", "sign up", "mailing list", "e-mail", "email"),
        1_500,
    ),
    "account": Sort(
        frozenset(("account", "login", "signin", "signup", "myaccount")),
        ("an account", "my account", "your account", "log in", "login", "sign in", "sign up",
         "register", "password"),
        1_500,
    ),
    "share": Sort(
        frozenset(("share", "sharing", "sharebar", "social", "socials", "addthis", "addtoany")),
        (),
        300,
    ),
    "advertisement": Sort(
        frozenset(("ad", "ads", "advert", "adverts", "advertisement", "adsbygoogle", "banner-ad")),
        (),
        1_500,
    ),
    "breadcrumb": Sort(frozenset(("breadcrumb", "breadcrumbs")), (), 500),
}  # fmt: skip
"""The sorts of furniture that are told by names."""

ELEMENTS: Final = frozenset(
    ("nav", "header", "footer", "aside", "form", "dialog", "noscript", "template", "button")
)
"""Elements that hold furniture."""
ROLES: Final = {
    "navigation": "nav", "menu": "nav", "menubar": "nav", "banner": "header",
    "contentinfo": "footer", "complementary": "aside", "search": "form", "dialog": "dialog",
    "alertdialog": "dialog", "button": "button", "main": "main",
}  # fmt: skip
"""Roles (WAI-ARIA 1.2) that say the same of other elements."""
UNFOLDING: Final = frozenset(
    ("accordion", "collapse", "collapsible", "collapsed", "panel", "tab", "tabs", "tabpanel",
     "toggle", "expand", "expandable", "details", "faq")
)  # fmt: skip
"""Words in the names of what is hidden only until a reader unfolds it: text, not furniture."""
SPOKEN: Final = frozenset(("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"))
"""Names of what is read aloud only: "(opens in a new window)" in the midst of a sentence."""

NETWORKS: Final = frozenset(
    ("facebook", "x", "twitter", "reddit", "linkedin", "whatsapp", "telegram", "pinterest",
     "instagram", "youtube", "flickr", "bluesky", "mastodon", "threads", "email", "e-mail",
     "print", "share", "copy", "link", "tweet", "flipboard", "messenger")
)  # fmt: skip
LINES: Final = frozenset(
    ("advertisement", "advertisements", "skip to content", "skip to main content",
     "skip to main navigation", "sign in", "sign up", "sign out", "log in", "log out", "login",
     "register", "create account", "create an account", "my account", "subscribe",
     "subscribe to our newsletter", "sign up for our newsletter", "sign up to our newsletter",
     "newsletter", "newsletter sign-up", "newsletter signup", "accept", "accept all",
     "accept cookies", "accept all cookies", "allow all", "reject all", "reject cookies",
     "cookie settings", "cookies settings", "manage cookies", "cookie preferences",
     "manage preferences", "menu", "toggle menu", "toggle navigation", "main menu", "search",
     "close", "close menu", "back to top", "print", "print page", "print this page", "share",
     "share this", "share this page", "share this article", "share on", "follow us", "facebook",
     "twitter", "reddit", "linkedin", "whatsapp")
)  # fmt: skip
"""Lines that are furniture wherever they stand, in lower case, without a full stop."""
_SENTENCES: Final = re.compile(
    r"(?:we|this (?:web)?site|our (?:web)?site|nato) uses? (?:\w+ ){0,3}cookies\b"
    r"|by (?:continuing|using) [\w ]{0,60}\bcookies\b"
    r"|(?:sign up|subscribe|register)(?: (?:here|now|today))? (?:for|to) [\w’' -]{0,60}"
    r"\b(?:newsletters?|mailing list|updates)\b"
    r"|(?:sign|log) in (?:to|or|with) [\w’', -]{0,60}\baccount\b"
    r"|already have an account\b",
    re.IGNORECASE,
)
_LONGEST_LINE: Final = 300
_UPDATED: Final = re.compile(
    r"(?:last )?(?:updated|modified|reviewed|published)\b(?: on)?:?.{0,40}?\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_LONGEST_DATE: Final = 80


def is_furniture(text: str) -> bool:
    """Whether a line is furniture by what it says, whatever it stands in.

    >>> is_furniture("Facebook X Reddit"), is_furniture("ADVERTISEMENT"), is_furniture("X")
    (True, True, False)
    """
    if len(text) > _LONGEST_LINE:
        return False
    plain = text.casefold().strip(" .!:…|>»×+")
    if plain in LINES or _SENTENCES.match(plain):
        return True
    words = re.split(r"[\s,|/·•]+", plain)
    return len(words) > 1 and all(word in NETWORKS for word in words)


def is_updated(text: str) -> bool:
    """Whether a line says when its page was last updated, which sites put among furniture.

    >>> is_updated("Last updated: 07 Mar. 2024 16:12"), is_updated("Updated daily")
    (True, False)
    """
    return len(text) <= _LONGEST_DATE and _UPDATED.match(text) is not None


def named(names: str) -> str:
    """The sort of furniture that the names of an element tell, if any.

    >>> named("siteCookieBanner"), named("shared-content")
    ('cookies', '')
    """
    words = words_of(names)
    return next((sort for sort, each in SORTS.items() if each.names & words), "")


def words_of(names: str) -> frozenset[str]:
    """The words in the names of an element, in lower case.

    >>> sorted(words_of("siteCookie_banner"))
    ['banner', 'cookie', 'site']
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", names[:500])
    return frozenset(part.lower() for part in parts)
