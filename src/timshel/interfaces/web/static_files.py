"""Serving our own style sheets, scripts and icons from the web process itself."""

from __future__ import annotations

from pathlib import Path

from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class HashedFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names that change with the content, also where one of our scripts imports another."""

    support_js_module_import_aggregation = True


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, content with a clone in which nothing was collected yet."""

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        """Serve the files below ``root`` if it exists; before collecting it does not."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
