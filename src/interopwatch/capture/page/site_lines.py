"""Lines that a site puts before, between and behind its texts: they speak to whoever visits it.

A line is told by the kind of thing that it says, never by where it stands. The text of a page
speaks of the world, and a site of its visitor: *your* account, *reset* the password. A block is
such a line if it is one of a menu, if all its words are words of a site, or if its sentences say
one of these things. Whatever has the date of a year in it is text, and so is what is longer than
any notice.
"""

from __future__ import annotations

import re
from typing import Final

from interopwatch.capture.english.phrases import phrase

NETWORKS: Final = frozenset(
    ("facebook", "x", "twitter", "reddit", "linkedin", "whatsapp", "telegram", "pinterest",
     "instagram", "youtube", "flickr", "bluesky", "mastodon", "threads", "tiktok", "email",
     "e-mail", "print", "share", "copy", "link", "tweet", "flipboard", "messenger")
)  # fmt: skip
MENU: Final = frozenset(
    ("advertisement", "advertisements", "skip to content", "skip to main content",
     "skip to main navigation", "sign in", "sign up", "sign out", "log in", "log out", "login",
     "logout", "register", "subscribe", "accept", "accept all", "allow all", "reject all",
     "decline", "decline all", "menu", "toggle menu", "toggle navigation", "main menu", "search",
     "close", "close menu", "back to top", "print", "print page", "print this page", "share",
     "share this", "share on", "share via", "follow us", "facebook", "twitter", "reddit",
     "linkedin", "whatsapp", "first name", "last name", "email address", "e-mail address",
     "your email", "username", "user name", "remember me", "copy link", "copied", "link copied",
     "all rights reserved", "terms of use", "privacy policy", "privacy notice")
)  # fmt: skip
"""Lines that are a menu's wherever they stand, in lower case, without a full stop."""
_TELLING: Final = frozenset(
    ("account", "accounts", "password", "passwords", "newsletter", "newsletters", "cookie",
     "cookies", "login", "log-in", "sign-in", "sign-up", "signup", "subscribe", "unsubscribe",
     "inbox", "username")
)  # fmt: skip
_WORDS: Final = _TELLING | frozenset(
    ("a", "an", "the", "your", "my", "our", "this", "it", "us", "to", "in", "up", "out", "off",
     "on", "for", "from", "via", "with", "and", "or", "of", "by", "here", "now", "today", "new",
     "old", "all", "more", "another", "free", "no", "not", "don't", "only", "about", "already",
     "have", "i", "you", "nato", "nato's", "multimedia", "media", "user", "member", "site",
     "website", "page", "email", "e-mail", "emails", "address", "code", "profile", "details",
     "settings", "preferences", "policy", "privacy", "notice", "consent", "updates", "alerts",
     "terms", "conditions", "necessary", "essential", "functional", "analytics", "marketing",
     "sign", "log", "register", "registration", "create", "open", "confirm", "verify", "reset",
     "forgot", "forgotten", "lost", "change", "choose", "enter", "re-enter", "repeat", "update",
     "send", "resend", "check", "get", "receive", "accept", "allow", "reject", "decline",
     "refuse", "manage", "customise", "customize", "save", "use", "close", "continue", "back",
     "return", "go", "delete", "edit", "view", "weekly", "monthly", "daily", "latest", "access",
     "join", "help", "required", "invalid", "incorrect", "updated", "created", "changed", "sent",
     "verified", "successful", "successfully", "is", "was", "has", "been")
)  # fmt: skip
_MOST_WORDS: Final = 9
"""A longer line that has only these words would be a sentence."""

_ACCOUNT: Final = "[NATO|new|user|personal|free|online] [multimedia|media|user|member] account"
_NEWS: Final = r"(newsletters?|mailing lists?|e-?mail (updates|alerts)|press releases by e-?mail)\b"
KINDS: Final = {
    "account": (
        rf"\b(your|my) {_ACCOUNT}s?\b",
        (r"^[please] (create|open|activate|verify|delete|manage|set up|register [for]|sign up for) "
        rf"[an?|the] {_ACCOUNT}\b"),
        rf"^([already] have|don't have|do not have|no|with|need) [an] {_ACCOUNT}\b",
        r"^[please] (sign|log)( |-)?(in|on|up|out) [here|now|again] (to|or|with|using|via|for) ",
        r"^(already|not yet|not) [a] (registered|member)\b",
        r"\byou (are|were|have been|have) [now|successfully|been] (logged|signed|registered)\b",
        r"^(continue|sign in|log in) with (google|facebook|apple|microsoft|linkedin)\b",
        r"^(i|you) [have read and] (agree|accept|consent) [to] ",
    ),
    "password": (
        (r"^[please] (reset|forgot|forgotten|lost|change|create|choose|enter|confirm|re-?enter"
        r"|type|update|set|show|hide) [your|a|the|my] [new|old|current] passwords?\b"),
        r"\b(your|a new) [new|old|current] passwords?\b",
        r"\bpasswords? (must|should|need|needs|has to|have to|is too|do not|don't|does not)\b",
        r"\b(verification|confirmation|activation|security|one-time) code\b",
        r"\b(receive|received|get|sent) [you] (a|the|your|another) [new] code\b",
        r"^(send|resend|enter|request|get) [a|the|your|another] [new] code\b",
        r"^(this|the|your) code (will expire|expires|has expired|is valid|is not valid)\b",
        r"\benter (your|the) e-?mail\b",
        r"\bcheck your (inbox|e-?mail|spam|junk)\b",
    ),
    "newsletter": (
        rf"^[please] (sign up|subscribe|register) [here|now|today] (to|for) .{{0,80}}\b{_NEWS}",
        r"^[please] (sign up|subscribe) [here|now|today] (to|for) .{0,60}\b(updates|alerts)\b",
        rf"\b(you|your|our|us)\b.{{0,120}}\b{_NEWS}",
        rf"\b{_NEWS}.{{0,120}}\b(you|your|our|us)\b",
        rf"^(get|receive|join) .{{0,60}}\b({_NEWS}|in your inbox)",
        r"\b(in|to) your inbox\b",
        r"^you (can|may) unsubscribe\b|\bunsubscribe at any time\b",
        r"^(thank you|thanks) for (subscribing|signing up|registering)\b",
    ),
    "cookies": (
        r"\b(we|you|your|our|us|this (web)?site|(web)?site|nato) .{0,120}\bcookies?\b",
        r"\bcookies?\b.{0,160}\b(we|you|your|our|us|(web)?site|browser|settings|preferences)\b",
        r"^(accept|allow|reject|refuse|manage|customi[sz]e|choose) .{0,40}\bcookies?\b",
        r"^by (continuing|using|clicking|browsing) .{0,120}\b(cookies|policy|terms|site)\b",
        r"^(we value|we respect) your privacy\b",
    ),
    "share": (
        (r"^(share|tweet|post|send|email|e-mail) (this|the) (page|article|story|post|link|content"
        r"|news|topic|publication|video|photo)\b"),
        (r"^(share|share this|share it|post|tweet|follow us|find us|like us|join us|watch us) "
        r"(on|via|by|with) [a] (facebook|x|twitter|reddit|linkedin|whatsapp|telegram|pinterest"
        r"|instagram|youtube|flickr|bluesky|mastodon|threads|tiktok|social media|e-?mail"
        r"|friend)\b"),
        r"^(follow|join) (us|nato) (on|and)\b",
        r"^copy [the] (link|address)( to| of|$)",
    ),
    "multimedia": (
        (r"^(download|watch|stream|browse|get) (the|this|our|high|free|more|all|video)"
        r".{0,60}\b(videos?|photos?|footage|images?|media|gallery|high.resolution)\b"),
        (r"^access .{0,80}\b(video|photo|multimedia|media|image)s? (content|library|archive)?\b"
        r".{0,40}\b(free|your|you|download|charge)\b"),
        (r"\byou can (now )?(download|watch|access|stream|save) .{0,80}"
        r"\b(videos?|photos?|images?|footage|content|files?|(web)?site)\b"),
        r"^(nato )?multimedia (account|library|portal|centre|center)$",
    ),
    "buttons": (
        r"^[please] (click|tap|press) [on] (the|this|here|below|a|any|your|submit|to)\b",
        r"^(please )?enable (scripts?|javascript)\b",
    ),
}  # fmt: skip
"""By the kind of line, what a sentence of it says: phrases in lower case, quotes plain."""
_BESIDE: Final = re.compile(
    r"\b(?:you|your|we|us|our)\b|^(?:please|click|learn more|read more|find out|try|choose)\b"
    r"|^it (?:expires|takes|will|may)\b"
)
"""What a sentence may be that stands beside such a sentence in one block."""
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST: Final = 1_500
"""Characters of a block; a notice about cookies has some hundred."""
_LONGEST_SENTENCE: Final = 400
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_PLAIN: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‑": "-"})


def is_site_line(text: str) -> bool:
    """Whether a block is a line of a site, and no part of the text, by what it says.

    >>> is_site_line("Facebook X Reddit"), is_site_line("ADVERTISEMENT"), is_site_line("X")
    (True, True, False)
    >>> is_site_line("Reset your password"), is_site_line("They take account of passwords.")
    (True, False)
    """
    if len(text) > _LONGEST or _YEAR.search(text):
        return False
    plain = text.translate(_PLAIN).casefold().strip(" .!:…|>»×+*")
    if plain in MENU:
        return True
    words = re.split(r"[\s,|/·•]+", plain)
    if len(words) > 1 and all(word in NETWORKS for word in words):
        return True
    if _is_made_of_site_words(plain):
        return True
    said = [each for part in _SENTENCE.split(plain) if (each := part.strip(" .!?…"))]
    kinds = [bool(kind_of(each)) or _is_made_of_site_words(each) for each in said]
    return any(kinds) and all(
        told or _BESIDE.search(each) for told, each in zip(kinds, said, strict=True)
    )


def kind_of(sentence: str) -> str:
    """The kind of line that a sentence is, given in lower case; empty if it is none.

    >>> kind_of("forgot your password"), kind_of("the code is shared by all participants")
    ('password', '')
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return ""
    return next(
        (
            kind
            for kind, notations in KINDS.items()
            if any(phrase(notation).search(sentence) for notation in notations)
        ),
        "",
    )


def _is_made_of_site_words(plain: str) -> bool:
    words = [word.strip(".,!?:;()\"'*") for word in re.split(r"[\s/|·•]+", plain)]
    words = [word for word in words if word and word not in {"&", "-", "–"}]
    return (
        0 < len(words) <= _MOST_WORDS
        and not _TELLING.isdisjoint(words)
        and all(word in _WORDS for word in words)
    )
