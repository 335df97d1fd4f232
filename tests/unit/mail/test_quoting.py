"""What somebody wrote, apart from what they quoted and how they sign."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timshel.interfaces.mail.quoting import split

REPLY = "It works now."
LONGEST_SECONDS = 10  # a square of these lengths would take minutes


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, 2 Mar 2026 at 09:14, Service desk <desk@example.org> wrote:",
        "On Mon, 2 Mar 2026 at 09:14, Service desk\n<desk@example.org> wrote:",
        "Le lun. 2 mars 2026 à 09:14, Service desk <desk@example.org> a écrit :",
        "Le 02/03/2026 à 09:14, Service desk a écrit :",
        "Am 02.03.2026 um 09:14 schrieb Service desk <desk@example.org>:",
        "El lun, 2 mar 2026 a las 9:14, Service desk (<desk@example.org>) escribió:",
        "Op ma 2 mrt 2026 om 09:14 schreef Service desk <desk@example.org>:",
        "Il giorno lun 2 mar 2026 alle ore 09:14 Service desk <desk@example.org> ha scritto:",
        "02.03.2026, 09:14, Service desk <desk@example.org>:",
    ],
)
@pytest.mark.parametrize("quote", ["> How is it?\n> Tell us.", "How is it?\nTell us."])
def test_what_follows_a_head_is_folded(head: str, quote: str) -> None:
    found = split(f"{REPLY}\n\n{head}\n\n{quote}\n")
    assert (found.reply, found.quoted) == (REPLY, f"{head}\n\n{quote}")


@pytest.mark.parametrize(
    "divider",
    [
        "-----Original Message-----",
        "----- Message d'origine -----",
        "-------- Ursprüngliche Nachricht --------",
        "________________________________\nFrom: Service desk\nSent: Monday\nSubject: Re: x",
        "De : Service desk <desk@example.org>\nEnvoyé : lundi 2 mars\nÀ : moi\nObjet : RE: x",
        "*Von:* Service desk\n*Gesendet:* Montag\n*An:* mich\n*Betreff:* AW: x",
    ],
)
def test_what_follows_a_divider_is_folded(divider: str) -> None:
    found = split(f"{REPLY}\n\n{divider}\n\nHow is it?")
    assert (found.reply, found.quoted) == (REPLY, f"{divider}\n\nHow is it?")


def test_an_answer_below_its_quote_is_the_reply() -> None:
    found = split("On 2 March 2026 at 09:14, desk@example.org wrote:\n> How is it?\n\nFine.")
    assert found.reply == "Fine."
    assert found.quoted.endswith("> How is it?")


def test_answers_between_quotes_keep_what_they_answer() -> None:
    text = "> First?\nYes.\n> Second?\nNo."
    found = split(text)
    assert (found.reply, found.quoted) == (text, "")


def test_a_forward_is_known_as_one() -> None:
    found = split("See below.\n\n---------- Forwarded message ---------\nFrom: a@example.org\nHi")
    assert found.is_forward
    assert found.reply == "See below."


@pytest.mark.parametrize(
    ("signature", "sender"),
    [
        ("-- \nRobin Requester\nRoom 4", ""),
        ("Sent from my iPhone", ""),
        ("Envoyé de mon iPhone", ""),
        ("Cordialement,\nRobin", ""),
        ("Best regards\nRobin Requester", ""),
        ("Robin Requester\nExample Ltd", "Robin Requester"),
        ("Robin Requester\n+44 20 7946 0000\nrobin@example.org\nwww.example.org", ""),
    ],
)
def test_how_somebody_signs_is_folded(signature: str, sender: str) -> None:
    found = split(f"The printer is out of paper.\n\n{signature}", sender=sender)
    assert found.reply == "The printer is out of paper."
    assert found.signature == signature.replace("-- ", "--")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks",
        "Could you look?\n\nThanks, is it urgent for you?",
        "On it.",
        "- first\n- second",
        "The rooms:\n\nBlue room\nGreen room\nRed room",
        "From: what I see, it is broken.",
    ],
)
def test_plain_words_are_left_as_they_are(text: str) -> None:
    found = split(text)
    assert (found.reply, found.quoted, found.signature) == (text, "", "")


LINES = st.sampled_from(
    [
        "Hello",
        "> quoted",
        "",
        "On 2 March 2026 at 09:14, desk@example.org wrote:",
        "-----Original Message-----",
        "From: a@example.org",
        "Sent: Monday",
        "Subject: x",
        "-- ",
        "Thanks,",
        "Robin",
        "____________",
        "Sent from my iPhone",
    ]
)


@given(st.lists(LINES | st.text(max_size=30).filter(lambda text: "\n" not in text), max_size=25))
@settings(max_examples=300, deadline=None)
def test_no_line_is_ever_lost(lines: list[str]) -> None:
    """Every filled line is in one of the three parts, and none is in two."""
    text = "\n".join(lines)
    found = split(text, sender="Robin Requester")
    parts = "\n".join((found.reply, found.signature, found.quoted))
    plain = text.replace("\ue000", "").replace("\ue001", "")

    def filled(some: str) -> Counter[str]:
        return Counter(line.strip() for line in some.split("\n") if line.strip())

    assert filled(parts) == filled(plain)


@pytest.mark.parametrize(
    "crafted",
    [
        "On a " * 60_000,
        "> a\nb\n" * 40_000,
        "From: a\n" * 40_000,
        "On a\n" * 60_000,
        " \n" * 150_000,
        "-- \n" * 80_000,
        ("-" * 300 + "\n") * 1_000,
    ],
)
def test_a_crafted_text_takes_no_longer_than_its_length(crafted: str) -> None:
    begun = time.process_time()
    assert split(crafted) is not None
    assert time.process_time() - begun < LONGEST_SECONDS
