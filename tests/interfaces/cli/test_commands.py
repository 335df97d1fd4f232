"""The other commands, each run as an operator runs it: exit code, words, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import click
import psycopg
import pytest

from tests.interfaces.cli.product import run
from timshel.interfaces.cli.main import timshel


@dataclass(frozen=True)
class Installation:
    """A data directory with a database of its own on the session's server."""

    data: Path
    url: str

    def run(self, *arguments: str, **more: str) -> CompletedProcess[str]:
        return run(*arguments, "--data", str(self.data), DATABASE_URL=self.url, **more)


@pytest.fixture(scope="module")
def installation(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    name = "commands"
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    data = tmp_path_factory.mktemp("commands") / "data"
    made = Installation(data, database_url.replace("/timshel?", f"/{name}?"))
    done = made.run("init", "--administrator", "Ada")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "First account: ada" in lines
    assert f"Ready: {data}" in lines
    shown = [line for line in lines if line.startswith("Its password, shown only now: ")]
    assert len(shown) == 1
    assert len(shown[0].rpartition(" ")[2]) == 16
    return made


def test_init_again_finds_nothing_missing(installation: Installation) -> None:
    done = installation.run("init", "--administrator", "grace")
    assert done.returncode == 0
    assert done.stdout == f"Nothing is missing: {installation.data}\n"
    with psycopg.connect(installation.url) as connection:
        names = connection.execute("SELECT username FROM authority_account").fetchall()
    assert names == [("ada",)]


def test_the_secret_key_is_its_owners_alone(installation: Installation) -> None:
    path = installation.data / "secret-key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().strip()) == 64


def test_the_first_account_is_an_administrator(installation: Installation) -> None:
    query = """SELECT role.code, given.scope_kind FROM authority_grant given
               JOIN authority_role role ON role.id = given.role_id"""
    with psycopg.connect(installation.url) as connection:
        assert connection.execute(query).fetchall() == [("administrator", "everything")]


def test_a_weak_password_is_refused_in_words(installation: Installation, tmp_path: Path) -> None:
    with psycopg.connect(installation.url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS weak")
        connection.execute("CREATE DATABASE weak")
    url = installation.url.replace("/commands?", "/weak?")
    done = run("init", "--data", str(tmp_path), "--password", "short", DATABASE_URL=url)
    assert done.returncode == 1
    assert "password: This password is too short." in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_says_when_there_is_nothing_to_do(installation: Installation) -> None:
    done = installation.run("migrate")
    assert (done.returncode, done.stdout) == (0, "The tables are up to date.\n")


def test_check_passes_when_all_is_right(installation: Installation) -> None:
    done = installation.run("check")
    assert done.returncode == 0, done.stdout
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) == 8


def test_check_names_what_is_wrong(installation: Installation, tmp_path: Path) -> None:
    done = run("check", "--data", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "WRONG data directory" in done.stdout
    assert "3 of these are wrong." in done.stderr
    mail = installation.run("check", TIMSHEL_MAIL="smtp://127.0.0.1:1")
    assert mail.returncode == 1
    assert "WRONG mail: 127.0.0.1:1 cannot be reached" in mail.stdout


def test_journal_verify_names_a_changed_entry(installation: Installation) -> None:
    whole = installation.run("journal", "verify", "--seal")
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.endswith("The journal is whole.\n")
    head = next(line for line in whole.stdout.splitlines() if line.startswith("Head: "))[6:]
    assert installation.run("journal", "verify", "--head", head).returncode == 0
    assert installation.run("journal", "verify", "--head", "0" * 64).returncode == 1

    def rename(name: str) -> None:
        with psycopg.connect(installation.url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("UPDATE journal_entry SET actor_name = %s WHERE id = 1", [name])

    with psycopg.connect(installation.url) as connection:
        row = connection.execute("SELECT actor_name FROM journal_entry WHERE id = 1").fetchone()
    assert row is not None
    rename("nobody")
    try:
        tampered = installation.run("journal", "verify")
    finally:
        rename(row[0])
    assert tampered.returncode == 1
    assert "changed: entry 1" in tampered.stdout
    assert "The journal was tampered with: 1 findings." in tampered.stderr


def test_an_unreachable_database_is_a_sentence(tmp_path: Path) -> None:
    url = "postgresql://timshel@127.0.0.1:1/timshel"
    done = run("migrate", "--data", str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 4
    assert done.stderr.startswith("The database cannot be reached or refused: ")
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_a_sentence(installation: Installation) -> None:
    done = installation.run("migrate", TIMSHEL_DEBUG="perhaps")
    assert done.returncode == 1
    assert done.stderr.startswith("A setting is wrong: TIMSHEL_DEBUG must be yes or no")


def test_a_wrong_option_is_code_two(tmp_path: Path) -> None:
    done = run("up", "--data", str(tmp_path), "--port", "seventy")
    assert done.returncode == 2
    assert "Invalid value for '--port'" in done.stderr


def commands(group: click.Group, path: str = "timshel") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("path", "command"), list(commands(timshel)))
def test_every_command_shows_an_example(path: str, command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name=path))
    assert "Examples:" in text
    assert f"    {path}" in text or f" {path}" in text.partition("Examples:")[2]
