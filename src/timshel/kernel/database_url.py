"""A database address as one text, the form in which operators and hosts hand it over."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address.

    Args:
        url: ``postgresql://user:password@host:port/name?host=/socket/folder&sslmode=require``;
            every part may be left out, and the query holds libpq parameters.

    Raises:
        ValueError: the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"The database address must begin with postgresql://, not {url[:20]!r}.")
    options: dict[str, Any] = {"connect_timeout": "5", **dict(parse_qsl(parts.query))}
    host = options.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
