"""What capture can find wrong with a page: every code, and what it means."""

from __future__ import annotations

from typing import Final

CATALOGUE: Final = {
    "older-edition": "The tables hold a later edition of the work.",
    "much-gone": "More than a third of the rows of a table would go: the page may not be whole.",
    "needs-words": "Our own words are still to be written; `To be worded.` stands there.",
    "no-longer-stated": "The page does not say any more what the tables have. A fact stands; a "
    "count that its list contradicts does not.",
    "rests-on-unread": "A known row may rest on a passage that was not wholly read. It stands "
    "until a person decides.",
    "listed-again": "A row has ended in the tables, and the page lists it as of today.",
    "left-out": "What looks like a list of countries was taken for what surrounds the text.",
    "count-disagrees": "A number that the page states is not the number of what it lists.",
    "unknown-party": "No spelling in `party_names` fits a name in a list.",
    "unknown-status": "The status of a project is not in the vocabulary.",
    "no-participants": "The section of a project has no list of participants.",
    "no-status": "The section of a project has no status.",
    "no-heading": "The section of a project begins without a heading.",
    "nothing-found": "The page has no projects.",
    "duplicate-project": "A project has two sections.",
    "section-missing": "A project in the contents list has no section.",
    "not-in-contents": "A project has a section, and does not stand in the contents list.",
    "area-disagrees": "A project stands under another area in the contents list than in the text.",
    "heading-missing": "A heading is not on the page that earlier editions have.",
    "project-renamed": "A known project has another name.",
    "role-differs": "A country is listed as an ally, and the tables have it as a partner, or the "
    "reverse.",
    "repeated-party": "A list of parties names one twice.",
    "footnote": "A name carries a footnote mark. Its note may change what is read.",
    "several-leads": "The text names more than one lead of a project.",
    "date-not-understood": "A passage has a date that no rule read as a fact.",
    "date-coarse": "A vague time (late 2027, first quarter) is recorded by its year.",
    "maybe-renamed": "A project is new and another is gone, and they may be one under a new name.",
    "list-missing": "A list of partners is not on the page.",
    "part-missing": "Something that every edition so far had is not on the page.",
    "eop-list-disagrees": "The current Enhanced Opportunities Partners are not those that came and "
    "did not go.",
    "party-disagrees": "Two places of the page name different parties for the same thing.",
    "dates-disagree": "Two places of the page state different dates for the same thing.",
    "planned-in-the-past": "The page still speaks of something past as to come. It is kept so.",
    "not-understood": "A passage names a country, a number or a project, and no rule read a row of "
    "it.",
    "lower-bound": "A passage gives a number as the least there are (more than 30, over a dozen). "
    "No number is recorded from it, and what the tables have stands.",
    "not-a-date": "A date that no calendar has.",
    "reading-undated": "A related article has no date.",
    "readings-unclear": "It is not clear where the related articles begin.",
}
"""What each code stands for. Whether it is an error depends on how much hangs on it."""


def as_table() -> str:
    """The catalogue as a table in Markdown, for ``docs/updating.md``."""
    rows = [f"| `{code}` | {text} |" for code, text in CATALOGUE.items()]
    return "".join(f"{line}\n" for line in ("| code | what it means |", "|---|---|", *rows))
