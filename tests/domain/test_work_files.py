"""Files lie under the hash of their content, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.crowd import Crowd
from tests.incidents import upload
from timshel.kernel.errors import Invalid
from timshel.operation.work.files import StoredFile, Upload, path_of, store


def lying(shelf: Path) -> list[Path]:
    return sorted(path for path in shelf.rglob("*") if path.is_file())


def test_content_lies_under_its_hash(shelf: Path) -> None:
    digest = hashlib.sha256(b"content").hexdigest()
    stored = store(upload("../Report.pdf", b"content", "application/pdf"))
    assert stored == StoredFile("Report.pdf", "application/pdf", 7, digest)
    assert path_of(digest) == shelf / digest[:2] / digest[2:4] / digest
    assert path_of(digest).read_bytes() == b"content"
    assert lying(shelf) == [path_of(digest)]


def test_the_same_content_again_changes_nothing(shelf: Path) -> None:
    one, two = store(upload("one.txt", b"same")), store(upload("two.txt", b"same"))
    assert one.sha256 == two.sha256
    assert (one.name, two.name) == ("one.txt", "two.txt")
    assert len(lying(shelf)) == 1


def test_many_at_once_store_the_same_content(shelf: Path) -> None:
    crowd = Crowd()
    for each in range(8):
        crowd.start(store, upload(f"{each}.txt", b"x" * 3_000_000))
    crowd.wait()
    (only,) = lying(shelf)
    assert only.stat().st_size == 3_000_000


def test_what_the_sender_states_of_the_size_is_not_believed(shelf: Path, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    assert store(Upload("a", "text/plain", BytesIO(b"12345"), 10**12)).size == 5
    with pytest.raises(Invalid):
        store(Upload("a", "text/plain", BytesIO(b"x" * 11), 1))


@pytest.mark.parametrize(("size", "taken"), [(0, False), (1, True), (100, True), (101, False)])
def test_the_edges_of_the_size(size: int, taken: bool, shelf: Path, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 100
    sent = upload("a.txt", b"x" * size)
    if taken:
        assert store(sent).size == size
    else:
        with pytest.raises(Invalid) as refusal:
            store(sent)
        assert set(refusal.value.fields) == {"files"}
        assert lying(shelf) == []


def test_more_than_one_chunk(shelf: Path) -> None:
    content = os.urandom(2 * 1024 * 1024 + 1)
    stored = store(upload("big.bin", content))
    assert stored.size == len(content)
    assert path_of(stored.sha256).read_bytes() == content


class _Broken(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(size)


def test_a_connection_that_breaks_leaves_nothing(shelf: Path) -> None:
    with pytest.raises(ConnectionResetError):
        store(Upload("a.txt", "text/plain", _Broken(b"x" * 3_000_000), 3_000_000))
    assert lying(shelf) == []
