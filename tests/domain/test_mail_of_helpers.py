"""What a helper quotes from their mail program stays among helpers: notices tell them of notes."""

from __future__ import annotations

import pytest

from tests.brought import bring, reference, write
from tests.cast import Cast, opened
from timshel.kernel.errors import NotFound
from timshel.operation.work.models import Attachment, Audience, Comment
from timshel.resolution_fulfilment.intake import queries, rules
from timshel.resolution_fulfilment.intake.models import MailEntry

pytestmark = pytest.mark.usefixtures("shelf", "witness")
NOTE = "She was let go today, say nothing."
QUOTE = f"\n\nOn Monday, 2 March 2026 at 10:00, Desk <desk@timshel.example> wrote:\n> {NOTE}\n"


def test_what_a_helper_quotes_is_not_unfolded_by_the_requester(cast: Cast) -> None:
    number = opened(cast.requester)
    html = f"<p>Plugged in.</p><blockquote type=cite>{NOTE}</blockquote>"
    mail = write(cast.agent, f"Plugged in.{QUOTE}", in_reply_to=reference(number))
    mail.add_alternative(html, subtype="html")
    bring(mail)
    entry = MailEntry.objects.get()
    (seen,) = queries.mail_of(number, actor=cast.agent).values()
    assert NOTE in seen.quoted
    assert seen.has_html
    assert NOTE in queries.mail_frame(entry.pk, actor=cast.agent).html
    (told,) = queries.mail_of(number, actor=cast.requester).values()
    assert (told.quoted, told.has_html, told.enclosed) == ("", False, ())
    with pytest.raises(NotFound):
        queries.mail_frame(entry.pk, actor=cast.requester)
    assert Comment.objects.get().text == "Plugged in."


def test_a_mail_of_a_helper_that_only_quotes_says_nothing_of_it(cast: Cast) -> None:
    number = opened(cast.requester)
    bring(write(cast.agent, QUOTE.strip(), in_reply_to=reference(number)))
    comment = Comment.objects.get()
    assert comment.audience == Audience.PUBLIC
    assert NOTE not in comment.text


def test_a_long_quote_of_a_helper_becomes_no_file(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "timshel.resolution_fulfilment.intake.actions.entries.LONGEST_QUOTE"
    monkeypatch.setattr(module, 10)
    assert rules.LONGEST_QUOTE > 10
    number = opened(cast.requester)
    bring(write(cast.agent, f"Plugged in.{QUOTE}", in_reply_to=reference(number)))
    assert not Attachment.objects.exists()


def test_the_requester_unfolds_what_they_quoted_themselves(cast: Cast) -> None:
    number = opened(cast.requester)
    bring(write(cast.requester, f"Still dark.{QUOTE}", in_reply_to=reference(number)))
    (own,) = queries.mail_of(number, actor=cast.requester).values()
    assert NOTE in own.quoted
