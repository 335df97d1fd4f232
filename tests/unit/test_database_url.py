"""Database addresses as operators write them."""

from __future__ import annotations

import pytest

from timshel.kernel.database_url import parse_database_url

KEPT = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ada:se%40cret@db.example:5433/desk",
            {"NAME": "desk", "USER": "ada", "PASSWORD": "se@cret", "HOST": "db.example"}
            | {"PORT": "5433", "OPTIONS": {"connect_timeout": "5"}},
        ),
        (
            "postgres:///timshel?host=/var/run/timshel",
            {"NAME": "timshel", "USER": "", "PASSWORD": "", "HOST": "/var/run/timshel"}
            | {"PORT": "", "OPTIONS": {"connect_timeout": "5"}},
        ),
        (
            "postgresql://db.example/desk?sslmode=require&connect_timeout=9",
            {"NAME": "desk", "USER": "", "PASSWORD": "", "HOST": "db.example", "PORT": ""}
            | {"OPTIONS": {"sslmode": "require", "connect_timeout": "9"}},
        ),
        (
            "postgresql://%2Frun%2Fpg/desk?port=6543",
            {"NAME": "desk", "USER": "", "PASSWORD": "", "HOST": "/run/pg", "PORT": "6543"}
            | {"OPTIONS": {"connect_timeout": "5"}},
        ),
        (
            "postgresql://[::1]:5432/desk",
            {"NAME": "desk", "USER": "", "PASSWORD": "", "HOST": "::1", "PORT": "5432"}
            | {"OPTIONS": {"connect_timeout": "5"}},
        ),
        (
            "postgresql:///d%C3%A9p%C3%B4t?user=ada&password=x",
            {"NAME": "dépôt", "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""}
            | {"OPTIONS": {"connect_timeout": "5", "user": "ada", "password": "x"}},
        ),
    ],
)
def test_an_address_in_its_parts(url: str, expected: dict[str, object]) -> None:
    assert parse_database_url(url) == KEPT | expected


@pytest.mark.parametrize("url", ["", "mysql://x/y", "/var/db", "sqlite:///x.db"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with postgresql://"):
        parse_database_url(url)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"[Pp]ort"):
        parse_database_url("postgresql://db.example:many/desk")


def test_a_refusal_does_not_show_the_password() -> None:
    with pytest.raises(ValueError, match="must begin") as refusal:
        parse_database_url("mysql://administrator:verysecretword@db/desk")
    assert "verysecret" not in str(refusal.value)
