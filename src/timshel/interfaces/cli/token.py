"""``timshel token``: keys to the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.exits import Stop
from timshel.interfaces.cli.output import say


@click.group()
def token() -> None:
    """Make, list and end keys to the API."""


@token.command()
@data_option
@click.argument("username")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    help="What it may do, such as incident.report; give the option several times.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="How long it holds.",
)
def issue(data: Path, username: str, name: str, permissions: tuple[str, ...], days: int) -> None:
    """Make a token for a person and print its secret, which is shown only now.

    A token never does more than its person may.

    \b
    Examples:
      timshel token issue ada --name "telephone system" --permission incident.report
    """
    with ready_django(data):
        from timshel.kernel.actor import system_actor
        from timshel.leadership.authority.actions import issue_token

        now = datetime.now(UTC)
        secret = issue_token(
            _person(username),
            name=name,
            permissions=permissions,
            expires_at=now + timedelta(days=days),
            actor=system_actor("timshel token"),
            at=now,
        )
        say(secret)


@token.command(name="list")
@data_option
@click.argument("username")
def list_(data: Path, username: str) -> None:
    """List a person's tokens by number; secrets are not kept.

    \b
    Examples:
      timshel token list ada
    """
    with ready_django(data):
        from timshel.kernel.actor import system_actor
        from timshel.leadership.authority.queries import token_list

        for row in token_list(_person(username), actor=system_actor("timshel token")):
            until = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "without end"
            state = "ended" if row.revoked_at else until
            say(f"{row.id}  {row.prefix}…  {row.name}  {state}  {', '.join(row.permissions)}")


@token.command()
@data_option
@click.argument("number", type=int)
def revoke(data: Path, number: int) -> None:
    """End a token by its number in the list.

    \b
    Examples:
      timshel token revoke 3
    """
    with ready_django(data):
        from timshel.kernel.actor import system_actor
        from timshel.leadership.authority.actions import revoke_token

        revoke_token(number, actor=system_actor("timshel token"), at=datetime.now(UTC))
        say(f"Token {number} is ended.")


def _person(username: str) -> int:
    from timshel.leadership.authority.queries import person_of_account

    person_id = person_of_account(username)
    if person_id is None:
        raise Stop(f"Nobody signs in as {username}.")
    return person_id
