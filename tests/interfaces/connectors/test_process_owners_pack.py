"""Owners of drawn processes in a pack: given once, through the product's own action."""

from __future__ import annotations

import re

import pytest

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.connectors.packs import InvalidPack, load_standard
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.process_owners import load_process_owners
from timshel.kernel.journal.models import Entry
from timshel.operation.process.actions import own_process
from timshel.operation.process.models import ProcessVersion

pytestmark = pytest.mark.django_db
NAME = "demonstration/process-owners.yaml"


def shared() -> PackFile:
    """Return what the file says of the processes that any organisation has."""
    file = pack_file(NAME)
    everybody = file.data["owners"][0]
    codes = [code for code in everybody["processes"] if code != "complaint"]
    return PackFile(file.name, file.text, {"owners": [{**everybody, "processes": codes}]})


def test_they_are_given_once_to_all_variants(cast: Cast) -> None:
    load_standard(actor=SYSTEM, at=AT)
    file = shared()
    names = file.data["owners"][0]["processes"]
    added = load_process_owners(file, actor=SYSTEM, at=AT)
    found = ProcessVersion.objects.filter(code__in=names)
    assert added == found.count() == len(names) + 1  # the light variant of a question
    assert set(found.values_list("owner__code", flat=True)) == {"bastian.nwosu"}
    told = Entry.objects.filter(verb="process.owned")
    assert told.count() == added
    assert load_process_owners(file, actor=SYSTEM, at=AT) == 0
    assert told.count() == added


def test_who_owns_one_already_stays(cast: Cast) -> None:
    load_standard(actor=SYSTEM, at=AT)
    own_process("simple", owner_id=cast.auditor.person_id, actor=SYSTEM, at=AT)
    load_process_owners(shared(), actor=SYSTEM, at=AT)
    kept = ProcessVersion.objects.get(code="simple").owner
    assert kept is not None
    assert kept.pk == cast.auditor.person_id


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"person": "nobody.here"}, "owners[1].person: There is no person nobody.here."),
        (
            {"processes": ["simple", "dance"]},
            "owners[1].processes[2]: There is no process dance.",
        ),
    ],
)
def test_what_cannot_be_is_said_with_its_place(
    cast: Cast, change: dict[str, object], sentence: str
) -> None:
    load_standard(actor=SYSTEM, at=AT)
    file = shared()
    wrong = PackFile(file.name, file.text, {"owners": [{**file.data["owners"][0], **change}]})
    with pytest.raises(InvalidPack, match=re.escape(sentence)):
        load_process_owners(wrong, actor=SYSTEM, at=AT)
