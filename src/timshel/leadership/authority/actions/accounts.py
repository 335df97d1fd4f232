"""Accounts, signing in, roles and grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Refused, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.leadership.authority import access
from timshel.leadership.authority.events import RoleGranted, RoleWithdrawn
from timshel.leadership.authority.models import (
    Account,
    Grant,
    Role,
    ScopeKind,
    SignInAttempt,
)
from timshel.leadership.authority.rules import ATTEMPT_WINDOW, is_throttled

LONGEST_NAME = 150
LONGEST_ORIGIN = 100
NAME_TAKEN = _("This name is empty or already taken.")


class Throttled(Refused):
    """Too many failed sign-ins lately."""

    code = "throttled"
    default = _("Too many failed sign-ins. Please wait a quarter of an hour and try again.")


class WrongCredentials(Refused):
    """The name or the password is wrong; which of them is not told."""

    code = "wrong_credentials"
    default = _("The name or the password is not right.")


def sign_in(username: str, *, password: str, origin: str, at: datetime) -> Account:
    """Check a name and a password, and return the account.

    A wrong name costs the time of a wrong password, and failures count against both the name and
    the address they came from. The name may be the account's name or the person's mail address.

    Raises:
        Throttled: too many failures lately.
        WrongCredentials: name or password wrong, or the account or its person is not active.
    """
    if not is_storable(password):
        raise WrongCredentials
    name = "".join(each for each in username if is_storable(each)).strip().lower()[:LONGEST_NAME]
    origin = origin[:LONGEST_ORIGIN]
    account = _account_named(name)
    name = account.username if account else name
    recent = SignInAttempt.objects.filter(at__gt=at - ATTEMPT_WINDOW)
    if is_throttled(
        by_account=recent.filter(username=name).count(),
        by_origin=recent.filter(origin=origin).count(),
    ):
        raise Throttled
    if account is None:
        make_password(password)
    elif account.check_password(password):
        Account.objects.filter(pk=account.pk).update(last_login=at)
        return account
    SignInAttempt.objects.create(username=name, origin=origin, at=at)
    raise WrongCredentials


def _account_named(name: str) -> Account | None:
    accounts = Account.objects.select_related("person").filter(
        is_active=True, person__is_active=True
    )
    by_name = accounts.filter(username=name).first()
    if by_name is None and "@" in name:
        return accounts.filter(person__email__iexact=name).first()
    return by_name


def forget_attempts(*, at: datetime) -> int:
    """Remove failed sign-ins that no longer count; returns how many."""
    return SignInAttempt.objects.filter(at__lt=at - ATTEMPT_WINDOW).delete()[0]


@transaction.atomic
def create_account(
    person_id: int, *, username: str, password: str, actor: Actor, at: datetime
) -> Account:
    """Give a person something to sign in with.

    Raises:
        NotAllowed: without the right to manage rights.
        NotFound: there is no such person.
        Invalid: the name is taken, empty, too long or unreadable, the person has an account
            already, or the password is too weak.
    """
    access.require(actor, access.MANAGE)
    name = username.strip().lower()
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound
    if not name:
        raise Invalid({"username": [NAME_TAKEN]})
    if len(name) > LONGEST_NAME:
        message = _("At most %(count)d characters are possible.") % {"count": LONGEST_NAME}
        raise Invalid({"username": [message]})
    if not is_storable(name):
        raise Invalid({"username": [_("This holds characters that cannot be stored.")]})
    _check_password(password)
    account = Account(person_id=person_id, username=name)
    account.set_password(password)
    taken: dict[str, Text] = {
        "username": NAME_TAKEN,
        "person": _("This person can sign in already."),
    }
    with refusing_duplicates(taken):
        account.save(force_insert=True)
    record(
        "authority.account_created",
        subject_kind="person",
        subject_id=person_id,
        changes={"account": (None, name)},
        actor=actor,
        at=at,
    )
    return account


@transaction.atomic
def set_password(person_id: int, *, password: str, actor: Actor, at: datetime) -> None:
    """Set a person's password: one's own, or anybody's with the right to manage rights."""
    if actor.person_id != person_id:
        access.require(actor, access.MANAGE)
    _check_password(password)
    account = Account.objects.select_for_update().filter(person_id=person_id).first()
    if account is None:
        raise NotFound
    account.set_password(password)
    account.save(update_fields=["password"])
    record(
        "authority.password_set",
        subject_kind="person",
        subject_id=person_id,
        changes={},
        actor=actor,
        at=at,
    )


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from error


@transaction.atomic
def define_role(
    code: str,
    *,
    name: str,
    permissions: Iterable[str],
    translations: Mapping[str, Mapping[str, str]],
    actor: Actor,
    at: datetime,
) -> Role:
    """Create a role or set what it holds.

    Raises:
        NotAllowed: without the right to manage rights.
        Invalid: a permission does not exist.
    """
    access.require(actor, access.MANAGE)
    wanted = sorted(set(permissions))
    unknown = [each for each in wanted if each not in access.PERMISSIONS]
    if unknown:
        message = _("There is no permission %(names)s.") % {"names": ", ".join(unknown)}
        raise Invalid({"permissions": [message]})
    role = Role.objects.filter(code=code).first() or Role(code=code)
    before = sorted(role.permissions)
    role.name, role.permissions, role.translations = name, wanted, dict(translations)
    is_new = role.pk is None
    role.save()
    if is_new or before != wanted:
        record(
            "authority.role_defined",
            subject_kind="role",
            subject_id=role.pk,
            changes={"permissions": (None if is_new else before, wanted)},
            actor=actor,
            at=at,
        )
    return role


@transaction.atomic
def grant_role(
    person_id: int,
    *,
    role: str,
    scope_kind: str = ScopeKind.EVERYTHING,
    scope_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> RoleGranted:
    """Give a person a role in a scope; giving it again changes nothing.

    Raises:
        NotAllowed: without the right to manage rights.
        NotFound: no such person or role.
        Invalid: the scope is incomplete, or of no known kind.
    """
    access.require(actor, access.MANAGE)
    found = Role.objects.filter(code=role).first()
    if found is None or not Person.objects.filter(pk=person_id).exists():
        raise NotFound
    if scope_kind not in set(ScopeKind):
        raise Invalid({"scope_kind": [_("Please choose one of the choices.")]})
    if (scope_kind == ScopeKind.EVERYTHING) != (scope_id is None):
        raise Invalid({"scope_id": [_("Say where the role holds.")]})
    _grant, created = Grant.objects.get_or_create(
        person_id=person_id, role=found, scope_kind=scope_kind, scope_id=scope_id
    )
    event = RoleGranted(person_id=person_id, role=role, at=at)
    if created:
        record(
            "authority.role_granted",
            subject_kind="person",
            subject_id=person_id,
            changes={"role": (None, [role, scope_kind, scope_id])},
            actor=actor,
            at=at,
        )
        publish(event)
    return event


@transaction.atomic
def withdraw_role(
    person_id: int,
    *,
    role: str,
    scope_kind: str = ScopeKind.EVERYTHING,
    scope_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> RoleWithdrawn:
    """Take a role in a scope back from a person; taking it back again changes nothing.

    Raises:
        NotAllowed: without the right to manage rights.
    """
    access.require(actor, access.MANAGE)
    taken, _by_model = Grant.objects.filter(
        person_id=person_id, role__code=role, scope_kind=scope_kind, scope_id=scope_id
    ).delete()
    event = RoleWithdrawn(person_id=person_id, role=role, at=at)
    if taken:
        record(
            "authority.role_withdrawn",
            subject_kind="person",
            subject_id=person_id,
            changes={"role": ([role, scope_kind, scope_id], None)},
            actor=actor,
            at=at,
        )
        publish(event)
    return event
