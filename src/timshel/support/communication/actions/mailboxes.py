"""Keeping mailboxes, and writing down what came of fetching their mail."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.access import by_code
from timshel.context.organization.models import Team
from timshel.context.organization.rules import name_faults, refuse
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.kernel.sealing import seal
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.support.communication import rules, troubles
from timshel.support.communication.access import (
    mailbox_to_change,
    require_keep_mailboxes,
)
from timshel.support.communication.events import MailboxAsked, MailboxTroubled
from timshel.support.communication.models import Mailbox
from timshel.support.communication.models.mailboxes import IMAPS_PORT
from timshel.support.communication.states import (
    Afterwards,
    MailboxWay,
    OAuthGrant,
    Security,
    SignIn,
)
from timshel.support.communication.troubles import MailboxTrouble

SUBJECT_KIND = "mailbox"
MAILBOXES_REGION = "mailboxes"
SEALED_FOR = "mailbox"
LARGEST_PORT = 65_535
LONGEST_SAID = 500
LONGEST_SECRET = 10_000
NEEDED = _("Please fill this in.")
SECRETS = ("secret", "client_secret", "refresh_token")


@dataclass(frozen=True, slots=True)
class MailboxContent:
    """What a mailbox is; of one to which mail is brought, only the first four count.

    Args:
        name: for people.
        address: that people write to.
        team: the code of the team whose mailbox it is.
        language: in which people write to it; empty where it is not known.
        way: whether mail is fetched from a server, or brought by one.
        host: of the IMAP server.
        port: of the IMAP server.
        security: how the way there is protected.
        user: under which name to sign in; empty stands for the address.
        sign_in: by a password, or by OAuth 2.0.
        grant: for what an access token is given.
        token_address: where it is given.
        client_id: who we are for whoever gives it.
        token_scope: what it is asked for.
        folder: from which mail is taken.
        afterwards: what becomes of a message there once it is kept here.
        taken_folder: to which it is moved then.
    """

    name: str
    address: str
    team: str | None = None
    language: str = ""
    way: str = MailboxWay.FETCHED
    host: str = ""
    port: int = IMAPS_PORT
    security: str = Security.TLS
    user: str = ""
    sign_in: str = SignIn.PASSWORD
    grant: str = OAuthGrant.REFRESH_TOKEN
    token_address: str = ""
    client_id: str = ""
    token_scope: str = ""
    folder: str = "INBOX"
    afterwards: str = Afterwards.MOVE
    taken_folder: str = ""


@dataclass(frozen=True, slots=True)
class MailboxSecrets:
    """What nobody is ever shown again; None leaves what is there, an empty text takes it away.

    Args:
        secret: the password.
        client_secret: of OAuth 2.0.
        refresh_token: of OAuth 2.0.
    """

    secret: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a folder was taken in which messages stay.

    Args:
        uid_validity: of the folder; another one means that its messages were numbered anew.
        last_uid: the highest that was taken.
    """

    uid_validity: int
    last_uid: int


@transaction.atomic
def keep_mailbox(
    code: str, *, content: MailboxContent, secrets: MailboxSecrets, actor: Actor, at: datetime
) -> int:
    """Make a mailbox, or change it; the same again changes nothing. Returns its key.

    Args:
        code: its name for files and programs.
        content: all that it is.
        secrets: those that are given anew.
        actor: who keeps mailboxes.
        at: when; what is changed is tried at once.

    Raises:
        NotAllowed: without the right to keep mailboxes.
        Invalid: what is wrong, by field.
    """
    require_keep_mailboxes(actor)
    mailbox = Mailbox.objects.select_for_update().filter(code=code.replace("\0", "")).first()
    refuse(_faults(code, content, secrets, mailbox))
    is_new = mailbox is None
    mailbox = mailbox or Mailbox(code=code)
    changes = _put(mailbox, _values(content), is_new=is_new) | _put_secrets(mailbox, secrets)
    if not changes:
        return mailbox.pk
    if not is_new:
        mailbox.version += 1
        if {"host", "folder", "user", "afterwards"} & set(changes):
            mailbox.uid_validity, mailbox.last_uid = None, 0
    _begin_anew(mailbox, at=at)
    with refusing_duplicates({"address": _("Another mailbox has this address.")}):
        mailbox.save()
    _record("mailbox_kept", mailbox, changes, actor=actor, at=at)
    return mailbox.pk


@transaction.atomic
def pause_mailbox(code: str, *, actor: Actor, at: datetime) -> None:
    """Take no more mail from a mailbox; what is sent to it waits at the mail server.

    Raises:
        NotAllowed: without the right to keep mailboxes.
        NotFound: there is none of this code.
    """
    _set_active(mailbox_to_change(code, actor=actor), is_active=False, actor=actor, at=at)


@transaction.atomic
def resume_mailbox(code: str, *, actor: Actor, at: datetime) -> None:
    """Take mail from a mailbox again that was paused.

    Raises:
        NotAllowed: without the right to keep mailboxes.
        NotFound: there is none of this code.
    """
    _set_active(mailbox_to_change(code, actor=actor), is_active=True, actor=actor, at=at)


@transaction.atomic
def ask_mailbox(code: str, *, actor: Actor, at: datetime) -> None:
    """Have the connection of a mailbox tried, without taking anything; the outcome is noted there.

    Raises:
        NotAllowed: without the right to keep mailboxes.
        NotFound: there is none of this code.
    """
    mailbox = mailbox_to_change(code, actor=actor)
    if mailbox.way != MailboxWay.FETCHED:
        return
    mailbox.asked_at = at
    mailbox.save(update_fields=["asked_at"])
    announce([MAILBOXES_REGION], at=at)
    publish(MailboxAsked(mailbox.pk, at))


@transaction.atomic
def note_success(
    mailbox_id: int,
    *,
    waiting: int,
    at: datetime,
    progress: Progress | None = None,
    next_at: datetime | None = None,
) -> None:
    """Note that a mailbox could be looked into.

    Args:
        mailbox_id: its key.
        waiting: how many messages lie there.
        at: when.
        progress: how far it was taken, where messages stay.
        next_at: when it is looked into again; None for as soon as usual.
    """
    mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
    if mailbox is None:
        return
    is_news = bool(mailbox.trouble) or mailbox.waiting_count != waiting or _is_asked(mailbox)
    mailbox.trouble, mailbox.last_error, mailbox.failures = MailboxTrouble.NONE, "", 0
    mailbox.last_polled_at = mailbox.last_success_at = at
    mailbox.waiting_count = waiting
    mailbox.due_at = next_at or at + troubles.POLL_EVERY
    if progress is not None:
        mailbox.uid_validity, mailbox.last_uid = progress.uid_validity, progress.last_uid
    mailbox.save()
    if is_news:
        announce([MAILBOXES_REGION], at=at)


@transaction.atomic
def note_trouble(
    mailbox_id: int,
    *,
    trouble: MailboxTrouble,
    said: str,
    at: datetime,
) -> None:
    """Note that no mail could be fetched: it is tried later, ever later, and people are told.

    Args:
        mailbox_id: its key.
        trouble: what is wrong.
        said: how the other side put it.
        at: when.
    """
    mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id).first()
    if mailbox is None:
        return
    mailbox.failures += 1
    mailbox.trouble = trouble
    mailbox.last_error = rules.one_line(said, longest=LONGEST_SAID)
    mailbox.last_polled_at = at
    mailbox.due_at = at + troubles.poll_again_after(mailbox.failures)
    mailbox.save()
    announce([MAILBOXES_REGION], at=at)
    if mailbox.failures == troubles.FAILURES_TOLD:
        publish(MailboxTroubled(mailbox.pk, at))


@transaction.atomic
def note_token(
    mailbox_id: int,
    *,
    access_token: str,
    lasts: timedelta,
    refresh_token: str | None = None,
    at: datetime,
) -> None:
    """Keep an access token for as long as it lasts, and a refresh token that was given with it.

    Args:
        mailbox_id: its key.
        access_token: as it was given.
        lasts: for how long it holds.
        refresh_token: a new one in place of ours, if one was given.
        at: when it was given.
    """
    changes: dict[str, Any] = {
        "access_token": sealed(access_token),
        "access_token_until": at + lasts,
    }
    if refresh_token:
        changes["refresh_token"] = sealed(refresh_token)
    Mailbox.objects.filter(pk=mailbox_id).update(**changes)


def forget_token(mailbox_id: int, *, at: datetime) -> None:
    """Forget an access token that a mail server did not want."""
    Mailbox.objects.filter(pk=mailbox_id).update(access_token=b"", access_token_until=at)


def sealed(secret: str) -> bytes:
    """Return a secret as it is stored; nothing stays nothing."""
    return seal(secret.encode(), purpose=SEALED_FOR) if secret else b""


def _set_active(mailbox: Mailbox, *, is_active: bool, actor: Actor, at: datetime) -> None:
    if mailbox.is_active == is_active:
        return
    mailbox.is_active = is_active
    mailbox.version += 1
    _begin_anew(mailbox, at=at)
    mailbox.save()
    verb = "mailbox_resumed" if is_active else "mailbox_paused"
    _record(verb, mailbox, {"is_active": (not is_active, is_active)}, actor=actor, at=at)


def _begin_anew(mailbox: Mailbox, *, at: datetime) -> None:
    mailbox.trouble, mailbox.last_error, mailbox.failures = MailboxTrouble.NONE, "", 0
    mailbox.access_token, mailbox.access_token_until = b"", None
    mailbox.due_at = at


def _is_asked(mailbox: Mailbox) -> bool:
    polled = mailbox.last_polled_at
    return mailbox.asked_at is not None and (polled is None or polled < mailbox.asked_at)


def _values(content: MailboxContent) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in fields(content):
        value = getattr(content, each.name)
        values[each.name] = value.strip() if isinstance(value, str) else value
    code = values.pop("team")
    missing = _("There is no team %(code)s.")
    team = by_code(Team.objects.all(), code, field="team", missing=missing) if code else None
    values["team_id"] = team.pk if team else None
    return values


def _put(mailbox: Mailbox, values: dict[str, Any], *, is_new: bool) -> dict[str, tuple[Any, Any]]:
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in values.items():
        old = None if is_new else getattr(mailbox, name)
        if old != value:
            changes[name] = (old, value)
        setattr(mailbox, name, value)
    return changes


def _put_secrets(mailbox: Mailbox, secrets: MailboxSecrets) -> dict[str, tuple[Any, Any]]:
    """Put secrets in their places; the journal learns that there are others, but not which."""
    changes: dict[str, tuple[Any, Any]] = {}
    for name in SECRETS:
        given = getattr(secrets, name)
        had = bool(getattr(mailbox, name))
        if given is None or (not given and not had):
            continue
        setattr(mailbox, name, sealed(given))
        changes[name] = ("•••" if had else "", "•••" if given else "")
    return changes


def _faults(
    code: str, content: MailboxContent, secrets: MailboxSecrets, standing: Mailbox | None
) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {
        "code": [] if _is_code(code) else [_("Please use small letters, digits and hyphens.")],
        "name": name_faults(content.name),
        "address": [] if _is_address(content.address) else [_("This is no mail address.")],
        "language": _choice(content.language, ("", *dict(settings.LANGUAGES))),
        "way": _choice(content.way, MailboxWay),
    }
    for each in fields(content):
        value = getattr(content, each.name)
        column = Mailbox._meta.get_field(each.name)  # noqa: SLF001 - public by documentation
        longest = getattr(column, "max_length", None)
        if isinstance(value, str) and (not is_storable(value) or len(value) > (longest or 40)):
            faults.setdefault(each.name, []).append(_("This cannot be stored."))
    if content.way == MailboxWay.FETCHED:
        faults |= _fetching_faults(content, secrets, standing)
    return faults


def _fetching_faults(
    content: MailboxContent, secrets: MailboxSecrets, standing: Mailbox | None
) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {
        "host": [] if content.host.strip() else [NEEDED],
        "port": [] if 0 < content.port <= LARGEST_PORT else [_("Please give a port.")],
        "security": _choice(content.security, Security),
        "sign_in": _choice(content.sign_in, SignIn),
        "folder": [] if content.folder.strip() else [NEEDED],
        "afterwards": _choice(content.afterwards, Afterwards),
    }
    if content.afterwards == Afterwards.MOVE:
        faults["taken_folder"] = _move_faults(content)
    for name in SECRETS:
        if len(getattr(secrets, name) or "") > LONGEST_SECRET:
            faults.setdefault(name, []).append(_("This cannot be stored."))
    if content.sign_in == SignIn.OAUTH:
        return faults | _oauth_faults(content, secrets, standing)
    if not _has("secret", secrets, standing):
        faults["secret"] = [NEEDED]
    return faults


def _move_faults(content: MailboxContent) -> list[Text]:
    if not content.taken_folder.strip():
        return [NEEDED]
    if content.taken_folder.strip() == content.folder.strip():
        return [_("Mail cannot be moved to the folder from which it is taken.")]
    return []


def _oauth_faults(
    content: MailboxContent, secrets: MailboxSecrets, standing: Mailbox | None
) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {
        "grant": _choice(content.grant, OAuthGrant),
        "client_id": [] if content.client_id.strip() else [NEEDED],
        "token_address": _token_address_faults(content.token_address.strip()),
    }
    is_refreshed = content.grant == OAuthGrant.REFRESH_TOKEN
    needed = "refresh_token" if is_refreshed else "client_secret"
    if not _has(needed, secrets, standing):
        faults[needed] = [NEEDED]
    return faults


def _token_address_faults(address: str) -> list[Text]:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if host and (parts.scheme == "https" or host in settings.WEBHOOK_HOSTS):
        return []
    return [_("Please give an address that begins with https://.")]


def _has(name: str, secrets: MailboxSecrets, standing: Mailbox | None) -> bool:
    given = getattr(secrets, name)
    return bool(given) if given is not None else bool(standing and getattr(standing, name))


def _choice(value: str, choices: Any) -> list[Text]:
    return [] if value in set(choices) else [_("Please choose one of the choices.")]


def _is_code(code: str) -> bool:
    return 0 < len(code) <= 40 and slugify(code) == code


def _is_address(address: str) -> bool:
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return True


def _record(
    verb: str,
    mailbox: Mailbox,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        f"communication.{verb}",
        subject_kind=SUBJECT_KIND,
        subject_id=mailbox.pk,
        changes=changes,
        actor=actor,
        at=at,
        version=mailbox.version,
    )
    announce([MAILBOXES_REGION], at=at)
    if mailbox.is_active and mailbox.way == MailboxWay.FETCHED:
        publish(MailboxAsked(mailbox.pk, at))
