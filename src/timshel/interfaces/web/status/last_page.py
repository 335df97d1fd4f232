"""The last status page that everybody may see, as files: for while the database is down.

The worker writes one for each language, whole or not at all; the web process sends it with the
time at which it was true. Nothing of it depends on a reader.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from timshel.interfaces.web.requests import ANONYMOUS
from timshel.interfaces.web.status.pages import board_context
from timshel.resolution_fulfilment.status.queries import status_board

PREFIX = "/status"
FOLDER = "status"


def write_last_pages(*, at: datetime) -> None:
    """Write what everybody may see now, in each language.

    Args:
        at: when it is true.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for language, _name in settings.LANGUAGES:
        with translation.override(language), timezone.override("UTC"):
            board = status_board(actor=replace(ANONYMOUS, language=language), at=at)
            context = {**board_context(board), "true_at": at, "language": language}
            page = render_to_string("status/last.html", context)
        _replace(folder / f"last.{language}.html", page.encode())


def last_page(request: HttpRequest) -> HttpResponse | None:
    """Return the last page where an address of the status page was asked for, if there is one.

    Args:
        request: that could not be answered.
    """
    path = request.path
    if path != PREFIX and not path.startswith(f"{PREFIX}/"):
        return None
    if request.method not in ("GET", "HEAD") or path.endswith((".atom", ".ics")):
        return None
    language = translation.get_language() or "en"
    for code in (language, "en"):
        try:
            content = (_folder() / f"last.{code}.html").read_bytes()
        except OSError:
            continue
        response = HttpResponse(content)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = code
        return response
    return None


def _folder() -> Path:
    return Path(settings.DATA_DIRECTORY) / FOLDER


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
