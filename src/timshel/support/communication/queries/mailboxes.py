"""Mailboxes: how they are, how they are kept, and all that a door needs to fetch their mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.sealing import Unsealable, unseal
from timshel.support.communication.access import KEEP_MAILBOXES, require_keep_mailboxes
from timshel.support.communication.models import Mailbox
from timshel.support.communication.states import (
    Afterwards,
    MailboxWay,
    OAuthGrant,
    Security,
    SignIn,
)
from timshel.support.communication.troubles import MailboxFailed, MailboxTrouble

SEALED_FOR = "mailbox"


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox as whoever keeps it sees it; of secrets only whether there are any.

    Args:
        id: its key.
        code: its name for files and programs.
        name: for people.
        address: that people write to.
        team: the code of its team, or an empty text.
        team_name: as people call it.
        language: in which people write to it; empty where it is not known.
        is_active: whether mail is taken.
        way: whether mail is fetched or brought.
        host: of the IMAP server.
        port: of the IMAP server.
        security: how the way there is protected.
        user: under which name we sign in; empty stands for the address.
        sign_in: by a password, or by OAuth 2.0.
        grant: for what an access token is given.
        token_address: where it is given.
        client_id: who we are for whoever gives it.
        token_scope: what it is asked for.
        folder: from which mail is taken.
        afterwards: what becomes of a message there once it is kept here.
        taken_folder: to which it is moved then.
        has_secret: whether a password is kept.
        has_client_secret: whether one is kept.
        has_refresh_token: whether one is kept.
        trouble: what is wrong.
        last_error: how the other side put it.
        failures: how many attempts failed since one that did not.
        last_polled_at: when it was last tried.
        last_success_at: when that last worked.
        due_at: when it is tried next.
        is_asked: whether somebody asked to try it, and waits for the answer.
        waiting_count: how many messages lay there when it was last looked.
        version: of its row.
    """

    id: int
    code: str
    name: str
    address: str
    team: str
    team_name: str
    language: str
    is_active: bool
    way: MailboxWay
    host: str
    port: int
    security: Security
    user: str
    sign_in: SignIn
    grant: OAuthGrant
    token_address: str
    client_id: str
    token_scope: str
    folder: str
    afterwards: Afterwards
    taken_folder: str
    has_secret: bool
    has_client_secret: bool
    has_refresh_token: bool
    trouble: MailboxTrouble
    last_error: str
    failures: int
    last_polled_at: datetime | None
    last_success_at: datetime | None
    due_at: datetime | None
    is_asked: bool
    waiting_count: int | None
    version: int


@dataclass(frozen=True, slots=True)
class MailboxAccess:
    """All that a door needs to fetch the mail of a mailbox, with its secrets; never shown.

    Args:
        id: its key.
        code: its name for files and programs.
        host: of the IMAP server.
        port: of the IMAP server.
        security: how the way there is protected.
        user: under which name to sign in.
        sign_in: by a password, or by OAuth 2.0.
        secret: the password.
        grant: for what an access token is given.
        token_address: where it is given.
        client_id: who we are for whoever gives it.
        client_secret: how we prove it.
        refresh_token: in exchange for which it is given.
        token_scope: what it is asked for.
        access_token: one that was given earlier; empty where there is none.
        access_token_until: until when it holds.
        folder: from which mail is taken.
        afterwards: what becomes of a message there once it is kept here.
        taken_folder: to which it is moved then.
        uid_validity: of the folder when it was last taken, where messages stay.
        last_uid: the highest that was taken then.
        last_success_at: when the folder could last be looked into.
        is_active: whether mail is to be taken.
        failures: how many attempts failed since one that did not.
        due_at: when it is tried next.
    """

    id: int
    code: str
    host: str
    port: int
    security: Security
    user: str
    sign_in: SignIn
    secret: str = field(repr=False)
    grant: OAuthGrant
    token_address: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    token_scope: str
    access_token: str = field(repr=False)
    access_token_until: datetime | None
    folder: str
    afterwards: Afterwards
    taken_folder: str
    uid_validity: int | None
    last_uid: int
    last_success_at: datetime | None
    is_active: bool
    failures: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailboxPlace:
    """Where mail goes that is brought: a mailbox, and whether it takes any now."""

    id: int
    code: str
    is_active: bool


def mailbox_list(*, actor: Actor) -> tuple[MailboxRow, ...]:
    """Return the mailboxes by name, in one query.

    Raises:
        NotAllowed: the right to keep mailboxes is missing.
    """
    require_keep_mailboxes(actor)
    rows = Mailbox.objects.select_related("team").order_by(Lower("name"), "pk")
    return tuple(_row(row, actor.language) for row in rows)


def mailbox_kept(code: str, *, actor: Actor) -> MailboxRow:
    """Return a mailbox, in one query.

    Raises:
        NotAllowed: the right to keep mailboxes is missing.
        NotFound: there is none of this code.
    """
    require_keep_mailboxes(actor)
    row = Mailbox.objects.select_related("team").filter(code=code.replace("\0", "")).first()
    if row is None:
        raise NotFound
    return _row(row, actor.language)


def mailbox_told(mailbox_id: int, *, actor: Actor) -> dict[str, Any] | None:
    """Return what is wrong with a mailbox as other systems are told; one query.

    Args:
        mailbox_id: its key.
        actor: told nothing unless they keep mailboxes.
    """
    if not actor.scope(KEEP_MAILBOXES).everywhere:
        return None
    row = Mailbox.objects.select_related("team").filter(pk=mailbox_id).first()
    if row is None:
        return None
    return {
        "mailbox": row.code,
        "name": row.name,
        "address": row.address,
        "team": row.team.code if row.team else None,
        "trouble": row.trouble,
        "failures": row.failures,
        "last_success_at": row.last_success_at.isoformat() if row.last_success_at else None,
    }


def mailbox_access(mailbox_id: int) -> MailboxAccess:
    """Return what a door needs to fetch mail.

    Raises:
        NotFound: there is no such mailbox, or its mail is not fetched.
        MailboxFailed: its secrets cannot be read any more.
    """
    row = Mailbox.objects.filter(pk=mailbox_id, way=MailboxWay.FETCHED).first()
    if row is None:
        raise NotFound
    return MailboxAccess(
        id=row.pk,
        code=row.code,
        host=row.host,
        port=row.port,
        security=Security(row.security),
        user=row.user or row.address,
        sign_in=SignIn(row.sign_in),
        secret=_opened(row.secret),
        grant=OAuthGrant(row.grant),
        token_address=row.token_address,
        client_id=row.client_id,
        client_secret=_opened(row.client_secret),
        refresh_token=_opened(row.refresh_token),
        token_scope=row.token_scope,
        access_token=_opened(row.access_token),
        access_token_until=row.access_token_until,
        folder=row.folder,
        afterwards=Afterwards(row.afterwards),
        taken_folder=row.taken_folder,
        uid_validity=row.uid_validity,
        last_uid=row.last_uid,
        last_success_at=row.last_success_at,
        is_active=row.is_active,
        failures=row.failures,
        due_at=row.due_at,
    )


def mailboxes_due(*, at: datetime) -> list[int]:
    """Return the keys of the mailboxes that are to be looked into."""
    due = Q(due_at__lte=at) | Q(due_at=None)
    rows = Mailbox.objects.filter(due, is_active=True, way=MailboxWay.FETCHED)
    return list(rows.order_by("due_at").values_list("pk", flat=True))


def mailboxes_fetched() -> dict[int, int]:
    """Return the mailboxes in use from which mail is fetched, each with its version."""
    rows = Mailbox.objects.filter(is_active=True, way=MailboxWay.FETCHED)
    return dict(rows.values_list("pk", "version"))


def mailbox_by_code(code: str) -> MailboxPlace | None:
    """Return where mail for a mailbox of this code goes, or None."""
    row = Mailbox.objects.filter(code=code.replace("\0", "")).first()
    return None if row is None else MailboxPlace(row.pk, row.code, row.is_active)


def mailboxes_at(addresses: Iterable[str]) -> dict[str, MailboxPlace]:
    """Return the mailboxes at some addresses, in one query.

    Args:
        addresses: as a mail server names recipients; what follows a plus sign does not count.

    Returns:
        For each address, as it was given, at which there is one.
    """
    plain = {each: plain_address(each) for each in addresses}
    rows = Mailbox.objects.annotate(plain=Lower("address")).filter(plain__in=set(plain.values()))
    found = {row.plain: MailboxPlace(row.pk, row.code, row.is_active) for row in rows}
    return {each: found[address] for each, address in plain.items() if address in found}


def plain_address(address: str) -> str:
    """Return an address as two of them are compared: without ``+anything``, in lower case."""
    local, at, domain = address.strip().strip("<>").replace("\0", "").rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}".lower()


def _opened(sealed: Any) -> str:
    content = bytes(sealed)
    if not content:
        return ""
    try:
        return unseal(content, purpose=SEALED_FOR).decode()
    except Unsealable as error:
        raise MailboxFailed(MailboxTrouble.SECRET) from error


def _row(row: Mailbox, language: str) -> MailboxRow:
    asked, polled = row.asked_at, row.last_polled_at
    return MailboxRow(
        id=row.pk,
        code=row.code,
        name=row.name,
        address=row.address,
        team=row.team.code if row.team else "",
        team_name=row.team.text("name", language) if row.team else "",
        language=row.language,
        is_active=row.is_active,
        way=MailboxWay(row.way),
        host=row.host,
        port=row.port,
        security=Security(row.security),
        user=row.user,
        sign_in=SignIn(row.sign_in),
        grant=OAuthGrant(row.grant),
        token_address=row.token_address,
        client_id=row.client_id,
        token_scope=row.token_scope,
        folder=row.folder,
        afterwards=Afterwards(row.afterwards),
        taken_folder=row.taken_folder,
        has_secret=bool(row.secret),
        has_client_secret=bool(row.client_secret),
        has_refresh_token=bool(row.refresh_token),
        trouble=MailboxTrouble(row.trouble),
        last_error=row.last_error,
        failures=row.failures,
        last_polled_at=polled,
        last_success_at=row.last_success_at,
        due_at=row.due_at,
        is_asked=asked is not None and (polled is None or polled < asked),
        waiting_count=row.waiting_count,
        version=row.version,
    )
