"""The words in which letters go: one way for all kinds, shipped or worded here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation

from timshel.kernel import letters
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.letters import Draft, LetterKind, Wording
from timshel.support.communication import rules
from timshel.support.communication.access import require_manage
from timshel.support.communication.models import Mailbox, MessageTemplate, Sender


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a letter has: its name, what it is, and what it may be."""

    name: str
    label: str
    sample: str


@dataclass(frozen=True, slots=True)
class Worded:
    """Words that somebody wrote, by whom and when."""

    subject: str
    text: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A kind of letter in the list.

    Args:
        kind: its code.
        label: on which occasion it is sent.
        subject: its shipped subject in the reader's language, with places.
        own: the languages in which it is worded otherwise.
        drafts: the languages in which there is a draft.
    """

    kind: str
    label: str
    subject: str
    own: tuple[str, ...]
    drafts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A kind of letter in one language.

    Args:
        kind: its code.
        label: on which occasion it is sent.
        language: in which.
        values: what it can say.
        shipped: the words that are shipped.
        own: the words in force instead of them, or None.
        draft: the words that are in no force yet, or None.
    """

    kind: str
    label: str
    language: str
    values: tuple[Value, ...]
    shipped: Wording
    own: Worded | None
    draft: Worded | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as its recipient sees it, with values that are made up."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class SenderRow:
    """In whose name the mail of a team leaves.

    Args:
        team_code: of the team.
        team: its name.
        name: the name that is shown; empty where the installation's is used.
        address: likewise.
        mailbox: the code of the mailbox that answers come to; empty where it follows.
    """

    team_code: str
    team: str
    name: str
    address: str
    mailbox: str


def worded(draft: Draft) -> Wording:
    """Return the words of a letter to one reader, in one query.

    Args:
        draft: what it is to say.

    Raises:
        KeyError: nobody declared its kind.
    """
    kind = letters.kind_of(draft.kind)
    if kind is None:
        raise KeyError(draft.kind)
    own = MessageTemplate.objects.filter(
        kind=kind.code, language=draft.language, is_draft=False
    ).first()
    wording = Wording(own.subject, own.text) if own else shipped(kind, draft.language)
    return letters.filled(wording, draft.values)


def shipped(kind: LetterKind, language: str) -> Wording:
    """Return the words that are shipped for a kind in a language, with their places."""
    with translation.override(language):
        return kind.shipped()


def template_list(*, actor: Actor) -> tuple[TemplateRow, ...]:
    """Return all kinds of letters, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    require_manage(actor)
    rows = MessageTemplate.objects.order_by("kind", "language")
    found = list(rows.values_list("kind", "language", "is_draft"))
    return tuple(
        TemplateRow(
            kind=kind.code,
            label=str(kind.label),
            subject=shipped(kind, actor.language).subject,
            own=tuple(each[1] for each in found if each[0] == kind.code and not each[2]),
            drafts=tuple(each[1] for each in found if each[0] == kind.code and each[2]),
        )
        for kind in letters.kinds()
    )


def template(code: str, *, language: str, actor: Actor) -> TemplateView:
    """Return a kind of letter in one language, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
        NotFound: there is no such kind or language.
    """
    require_manage(actor)
    kind = kind_found(code, language)
    rows = MessageTemplate.objects.filter(kind=code, language=language)
    found = {
        row.is_draft: Worded(row.subject, row.text, row.changed_at, row.changed_by) for row in rows
    }
    samples = _samples(kind, language)
    return TemplateView(
        kind=kind.code,
        label=str(kind.label),
        language=language,
        values=tuple(
            Value(each.name, str(each.label), samples[each.name]) for each in kind.variables
        ),
        shipped=shipped(kind, language),
        own=found.get(False),
        draft=found.get(True),
    )


def preview(code: str, *, language: str, wording: Wording, actor: Actor) -> Preview:
    """Return how a letter would look in some words, with values that are made up.

    Args:
        code: of the kind.
        language: in which.
        wording: with places; those that are unknown stay empty.
        actor: who looks at it.

    Raises:
        NotAllowed: the right to manage messages is missing.
        NotFound: there is no such kind or language.
    """
    require_manage(actor)
    kind = kind_found(code, language)
    made = letters.filled(wording, _samples(kind, language))
    subject = rules.one_line(made.subject, longest=rules.LONGEST_SUBJECT)
    return Preview(subject, made.text, rules.as_html(made.text, language=language))


def sender_list(*, actor: Actor) -> tuple[SenderRow, ...]:
    """Return the teams that have a sender of their own, by code, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    require_manage(actor)
    rows = Sender.objects.select_related("team", "mailbox").order_by("team__code")
    return tuple(
        SenderRow(
            team_code=row.team.code,
            team=row.team.text("name", actor.language),
            name=row.name,
            address=row.address,
            mailbox=row.mailbox.code if row.mailbox else "",
        )
        for row in rows
    )


def reply_mailboxes(*, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return code and address of the mailboxes that answers can come to, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    require_manage(actor)
    rows = Mailbox.objects.filter(is_active=True).order_by("address")
    return tuple(rows.values_list("code", "address"))


def default_sender() -> str:
    """Return in whose name mail leaves that belongs to no team with a sender of its own."""
    return str(settings.MAIL_SENDER)


def template_languages() -> tuple[str, ...]:
    """Return the languages in which letters are worded."""
    return tuple(code for code, _name in settings.LANGUAGES)


def kind_found(code: str, language: str) -> LetterKind:
    """Return a kind of letter.

    Raises:
        NotFound: there is no such kind or language.
    """
    kind = letters.kind_of(code)
    if kind is None or language not in dict(settings.LANGUAGES):
        raise NotFound
    return kind


def _samples(kind: LetterKind, language: str) -> dict[str, str]:
    with translation.override(language):
        return kind.samples()
