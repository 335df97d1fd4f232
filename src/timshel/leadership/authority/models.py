"""Roles as data, grants of a role in a scope, accounts to sign in with, tokens for the API."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from timshel.context.people.models import Person
from timshel.kernel.translation import Translated


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their name as people type it."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account, whatever the case of its name."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """What a person signs in with; its name is lower case."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    username = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class SignInAttempt(models.Model):
    """A failed sign-in, kept for as long as it counts against the next."""

    username = models.CharField(max_length=150)
    origin = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["username", "at"], name="attempt_username"),
            models.Index(fields=["origin", "at"], name="attempt_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"


class Role(Translated):
    """A named set of permissions."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    permissions = ArrayField(models.CharField(max_length=80), default=list)

    def __str__(self) -> str:
        return self.name


class ScopeKind(models.TextChoices):
    """Where a grant holds."""

    EVERYTHING = "everything"
    UNIT = "unit"
    TEAM = "team"
    SERVICE = "service"


class Grant(models.Model):
    """A role that a person holds in a scope.

    ``scope_id`` is the key of a unit (which counts with everything below it), a team or a
    service. It is no foreign key, since services belong to a later clause.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    scope_kind = models.CharField(max_length=12, choices=ScopeKind.choices)
    scope_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role", "scope_kind", "scope_id"],
                name="grant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind=ScopeKind.EVERYTHING, scope_id__isnull=True)
                | (~models.Q(scope_kind=ScopeKind.EVERYTHING) & models.Q(scope_id__isnull=False)),
                name="grant_scope_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} for {self.person_id}"


class ServiceAccount(models.Model):
    """An account of a program: it acts in its own name, and a person answers for it."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=500)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="service_accounts")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    requests_per_minute = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Token(models.Model):
    """A key to the API: shown once, kept as a hash, limited to some permissions."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="tokens")
    service_account = models.ForeignKey(
        ServiceAccount, null=True, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(unique=True)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(service_account__isnull=True),
                name="token_of_person_or_service",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
