"""``timshel mail``: what a mail server is told when something is amiss."""

from __future__ import annotations

from pathlib import Path

from tests.interfaces.cli.product import run

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def test_without_a_database_the_mail_server_tries_again(tmp_path: Path) -> None:
    done = run("mail", "receive", "--data", str(tmp_path / "data"), DATABASE_URL=NOWHERE)

    assert done.returncode == 75
    assert "brought again" in done.stderr


def test_a_data_directory_that_cannot_be_written_is_no_reason_to_send_it_back(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("")
    done = run("mail", "receive", "--data", str(tmp_path / "file" / "data"), DATABASE_URL=NOWHERE)

    assert done.returncode == 75


def test_a_listener_needs_one_place(tmp_path: Path) -> None:
    done = run("mail", "listen", "--data", str(tmp_path / "data"), DATABASE_URL=NOWHERE)

    assert done.returncode == 2
    assert "Give either --port or --socket." in done.stderr
