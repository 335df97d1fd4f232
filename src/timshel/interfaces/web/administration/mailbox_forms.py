"""The form of a mailbox: who it is for, how its mail comes, and how we sign in where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.wording import language_name
from timshel.kernel.actor import Actor
from timshel.support.communication.actions import MailboxContent, MailboxSecrets
from timshel.support.communication.queries import MailboxRow
from timshel.support.communication.states import (
    Afterwards,
    MailboxWay,
    OAuthGrant,
    Security,
    SignIn,
)

NEEDED = {"required": _("Please fill this in.")}
WAYS = {
    MailboxWay.FETCHED: _("We fetch it from a server (IMAP)"),
    MailboxWay.DELIVERED: _("A mail server brings it (LMTP or a pipe)"),
}
SECURITIES = {
    Security.TLS: _("TLS (usually port 993)"),
    Security.STARTTLS: _("STARTTLS (usually port 143)"),
    Security.NONE: _("None: the password travels openly"),
}
SIGN_INS = {SignIn.PASSWORD: _("By a password"), SignIn.OAUTH: _("By OAuth 2.0")}
GRANTS = {
    OAuthGrant.REFRESH_TOKEN: _("A refresh token, as a person agreed"),
    OAuthGrant.CLIENT_CREDENTIALS: _("The client itself, as an administrator allowed"),
}
AFTERWARDS = {
    Afterwards.MOVE: _("Move it to a folder"),
    Afterwards.DELETE: _("Delete it"),
    Afterwards.MARK: _("Leave it, and mark it as read"),
}
KEPT = _("One is kept. Leave this empty to keep it.")
AGAIN = _("It is not shown again, and was not kept: please type it once more.")


WHERE = ("host", "port", "security", "user", "sign_in", "secret")
BY_OAUTH = (
    "grant",
    "token_address",
    "client_id",
    "client_secret",
    "refresh_token",
    "token_scope",
)
THERE = ("folder", "afterwards", "taken_folder")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together.

    Args:
        title: above them; empty for those that need none.
        fields: in their order.
        help_text: what is to be known before; empty for nothing.
        is_folded: whether they can be folded away.
        is_open: whether they are shown at first, of those that can.
    """

    title: Any
    fields: list[forms.BoundField]
    help_text: Any = ""
    is_folded: bool = False
    is_open: bool = False


def _secret(label: Any, **more: Any) -> forms.CharField:
    field = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, required=False, max_length=10_000, widget=field, strip=False, **more
    )


class MailboxForm(RefusableForm):
    """A mailbox as whoever keeps it writes it.

    Args:
        actor: who writes.
        given: what was posted, or None.
        standing: what is changed; None asks for the code of a new one, too.
    """

    name = forms.CharField(label=_("Name"), max_length=200, error_messages=NEEDED)
    address = forms.EmailField(
        label=_("Address that people write to"),
        error_messages=NEEDED,
        max_length=254,
        help_text=_("Such as help@example.org."),
    )
    team = forms.ChoiceField(
        label=_("Team"),
        required=False,
        help_text=_("It gets the cases that no service leads to another team."),
    )
    language = forms.ChoiceField(label=_("Language in which people write to it"), required=False)
    way = forms.ChoiceField(
        label=_("How its mail comes"),
        choices=list(WAYS.items()),
        help_text=_(
            "Fetching needs nothing but the sign-in of the mailbox, and is right for most."
        ),
    )
    host = forms.CharField(label=_("IMAP server"), required=False, max_length=253)
    port = forms.IntegerField(
        label=_("Port"), initial=993, required=False, min_value=1, max_value=65_535
    )
    security = forms.ChoiceField(
        label=_("Protection"), choices=list(SECURITIES.items()), required=False
    )
    user = forms.CharField(
        label=_("User"),
        required=False,
        max_length=320,
        help_text=_("Leave it empty where it is the address."),
    )
    sign_in = forms.ChoiceField(
        label=_("How we sign in"), choices=list(SIGN_INS.items()), required=False
    )
    secret = _secret(_("Password"))
    grant = forms.ChoiceField(
        label=_("What the access token is given for"),
        choices=list(GRANTS.items()),
        required=False,
    )
    token_address = forms.CharField(
        label=_("Address of the token endpoint"), required=False, max_length=500
    )
    client_id = forms.CharField(label=_("Client"), required=False, max_length=300)
    client_secret = _secret(_("Secret of the client"))
    refresh_token = _secret(_("Refresh token"))
    token_scope = forms.CharField(label=_("Scope"), required=False, max_length=500)
    folder = forms.CharField(
        label=_("Folder from which mail is taken"),
        required=False,
        max_length=300,
        initial="INBOX",
    )
    afterwards = forms.ChoiceField(
        label=_("What becomes of a message there once it is kept here"),
        choices=list(AFTERWARDS.items()),
        required=False,
        help_text=_(
            "Where it is moved or deleted, everything that lies in the folder is taken. Where it"
            " is left, the first time only what nobody read yet is taken."
        ),
    )
    taken_folder = forms.CharField(
        label=_("Folder to which it is moved"),
        required=False,
        max_length=300,
        initial="Timshel",
        help_text=_("It is made if it is missing."),
    )

    def __init__(
        self, actor: Actor, given: Any = None, *, standing: MailboxRow | None = None
    ) -> None:
        super().__init__(given, initial=_begun(standing))
        self.standing = standing
        if standing is None:
            self.fields["code"] = forms.CharField(
                label=_("Code"),
                max_length=40,
                help_text=_(
                    "A short word for programs, such as service-desk; it cannot be changed later."
                ),
                error_messages=NEEDED,
            )
        else:
            for name in ("secret", "client_secret", "refresh_token"):
                if getattr(standing, f"has_{name}"):
                    self.fields[name].help_text = KEPT
        for name in ("secret", "client_secret", "refresh_token"):
            if given is not None and given.get(name):
                self.fields[name].help_text = AGAIN
        self._offer(actor)
        self.order_fields(["name", "code"])

    def groups(self) -> list[Group]:
        """Return the fields in groups; what only OAuth needs is folded away elsewhere."""
        signs_in = str(self["sign_in"].value() or SignIn.PASSWORD)
        has_errors = any(self[name].errors for name in BY_OAUTH)
        return [
            Group("", self._bound(("name", "code", "address", "team", "language", "way"))),
            Group(
                _("The server from which it is fetched"),
                self._bound(WHERE),
                _("Only where we fetch it; where a mail server brings it, leave this as it is."),
            ),
            Group(
                _("Sign-in by OAuth 2.0"),
                self._bound(BY_OAUTH),
                is_folded=True,
                is_open=signs_in == SignIn.OAUTH or has_errors,
            ),
            Group(
                _("What becomes of messages there"),
                self._bound(THERE),
                _("Only where we fetch it. Nothing changes there before the message is kept here."),
            ),
        ]

    def _bound(self, names: Sequence[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    def content(self) -> MailboxContent:
        """Return what was given, as the action takes it; what was left empty is as usual."""
        given: dict[str, Any] = {
            each.name: self.cleaned_data[each.name] for each in fields(MailboxContent)
        }
        return MailboxContent(
            **{name: each for name, each in given.items() if each not in (None, "")}
        )

    def secrets(self) -> MailboxSecrets:
        """Return the secrets that were given; an empty field leaves what is kept."""
        return MailboxSecrets(
            **{
                name: self.cleaned_data[name] or None
                for name in ("secret", "client_secret", "refresh_token")
            }
        )

    def _offer(self, actor: Actor) -> None:
        teams = [(row.code, row.name) for row in team_list(language=actor.language)]
        standing = self.standing.team if self.standing else ""
        if self.standing and standing and standing not in dict(teams):
            teams.append((standing, self.standing.team_name))
        languages = [(code, language_name(code)) for code, _name in settings.LANGUAGES]
        for name, nothing, choices in (
            ("team", _("None"), teams),
            ("language", _("Any"), languages),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", nothing), *choices]


def _begun(standing: MailboxRow | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {each.name: getattr(standing, each.name) for each in fields(MailboxContent)}
