"""Lines of a site are distinguished from its pages' text, wherever they occur."""

from __future__ import annotations

import pytest

from interopwatch.capture.page.boilerplate import is_site_line
from interopwatch.capture.page.read import read

SITE_LINES = (
    "MULTIMEDIA ACCOUNT",
    "Create your free account",
    "Don’t have an account yet?",
    "Already registered? Log in with your e-mail.",
    "Sign in with Google",
    "You are now logged in.",
    "Back to login",
    "Forgot your password?",
    "Enter a new password and confirm it",
    "Passwords must have ten characters or more.",
    "Your password was changed. You can now log in with it.",
    "We have sent you a verification code. It expires after one hour.",
    "Resend the code",
    "Please check your inbox",
    "Sign up for our weekly newsletter",
    "Get the latest news in your inbox every Monday",
    "You can unsubscribe at any time.",
    "Thank you for subscribing!",
    "Newsletter sign-up",
    "We use cookies to make this site better. You can change your settings at any time.",
    "This website uses cookies and similar tools.",
    "Only necessary cookies",
    "Manage cookie preferences",
    "Accept necessary cookies only",
    "By clicking “Accept”, you agree to our policy on cookies.",
    "Share this article on LinkedIn",
    "Share via e-mail",
    "Follow us on Instagram",
    "Copy link",
    "Facebook | X | LinkedIn",
    "Download this video in high resolution",
    "You can now download videos and photos from our website.",
    "Watch the video",
    "Click here to go back to the page you came from.",
    "First name",
    "Email address*",
    "I have read and accept the terms",
    "Tags: defence, Norway",
    "Filed under: News",
)

TEXT = (
    "Status: Established. The project was launched in May 2019.",
    "Participants: Belgium, Denmark and the Netherlands",
    "The project takes account of cyber threats.",
    "Allies share videos and photos from uncrewed aircraft.",
    "A newsletter is sent to all participants.",
    "The system protects passwords and verifies the code of each aircraft.",
    "Access to imagery from space is shared among Allies.",
    "Downloading data from satellites takes minutes.",
    "Sign-up is open to all Allies.",
    "View of the room",
    "Watch keeping",
    "Sharing",
    "Interoperability Platform",
    "Multinational Ammunition Warehousing Initiative (MAWI)",
    "Register of Projects",
    "Members",
    "Belgium",
    "The password of the day was changed in 2019 and your unit was told.",
    "More tailor-made cooperation",
    "NATO",
    "A new media centre opened.",
    "Updated: 24 July 2025",
)


@pytest.mark.parametrize("line", SITE_LINES)
def test_what_speaks_to_the_visitor_is_the_sites(line: str) -> None:
    assert is_site_line(line)
    assert is_site_line(line.upper())


@pytest.mark.parametrize("line", TEXT)
def test_what_speaks_of_the_world_is_text(line: str) -> None:
    assert not is_site_line(line)


def test_a_block_is_the_sites_only_if_all_of_it_is() -> None:
    assert is_site_line("Forgot your password? We will help.")
    assert not is_site_line("Forgot your password? Norway joined the project.")
    assert not is_site_line("We use cookies. " + "The project is large. " * 3)


def test_what_a_browser_prints_at_the_edges_of_sheets_is_no_text() -> None:
    title = "Tents - A site"
    lines = [
        f"6/12/31, 9:14 AM {title}", "Tents", "They are shared.", "https://x.org/tents 1/2",
        f"6/12/31, 9:14 AM {title}", "See https://x.org/more for all of them.", "Page 2 of 2",
        "12 of 29 have joined.", "12 of 29 have left.", "Updated: 24 July 2025",
    ]  # fmt: skip
    document = read("\n\n".join(lines).encode(), "page.txt")
    assert [block.text for block in document.blocks] == [*lines[1:3], lines[5], *lines[7:]]
    assert [block.text for block in document.boilerplate] == [lines[0], *lines[3:5], lines[6]]
