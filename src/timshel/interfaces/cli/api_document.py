"""``timshel api-document``: the OpenAPI document, for what makes clients of it."""

from __future__ import annotations

import os

import click


@click.command(name="api-document")
def api_document() -> None:
    """Print the OpenAPI document of the API; needs no database.

    \b
    Examples:
      timshel api-document > openapi.json
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    import django

    django.setup()
    from pydantic_core import to_json

    from timshel.interfaces.api.document import complete
    from timshel.interfaces.api.urls import API

    click.echo(to_json(complete(API), indent=1).decode())
