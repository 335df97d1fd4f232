"""Files that come by this door, as the domain takes them."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.conf import settings
from django.utils.translation import gettext as _
from ninja.files import UploadedFile

from timshel.interfaces.api.problems import TooLarge
from timshel.operation.work.files import Upload


def upload_of(file: UploadedFile) -> Upload:
    """Return a file as the actions take it.

    Raises:
        TooLarge: it is larger than one file may be.
    """
    size = file.size or 0
    if size > settings.ATTACHMENT_MAX_BYTES:
        megabytes = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        raise TooLarge(_("A file may have at most %(size)d MB.") % {"size": megabytes})
    content = cast("BinaryIO", file)
    return Upload(file.name or "file", file.content_type or "", content, size)
