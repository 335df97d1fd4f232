"""Checks an unpacked export: its files, the entries of the journal and the chain of their blocks.

Needs Python 3.9 or later and nothing else: ``python verify_export.py`` in the unpacked folder.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

KEY_BYTES = 8
ROW_BYTES = 40


def faults(folder: Path) -> list[str]:
    """Return what is not as it was exported, in sentences; nothing where all is well."""
    return [*file_faults(folder), *journal_faults(folder / "journal")]


def file_faults(folder: Path) -> list[str]:
    """Return which files are missing or were changed."""
    found = []
    for line in (folder / "MANIFEST.sha256").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            found.append(f"{name} was changed")
    return found


def journal_faults(folder: Path) -> list[str]:
    """Return which blocks do not follow each other, and which entries are not as they were."""
    if not (folder / "chain.json").is_file():
        return ["journal/chain.json is missing"]
    blocks = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
    found, sealed, previous = [], {}, "00" * 32
    for place, block in enumerate(blocks, start=1):
        if block["number"] != place or block["previous_hash"] != previous:
            found.append(f"block {block['number']} does not follow the one before")
        previous = block["hash"]
        if block["manifest"]:
            manifest = (folder / block["manifest"]).read_bytes()
            if block_hash(block, manifest) != block["hash"]:
                found.append(f"block {block['number']} is not as it was sealed")
            sealed.update(entries_of(manifest))
    for line in (folder / "entries.jsonl").read_bytes().splitlines():
        key = json.loads(line)[0]
        if key not in sealed:
            found.append(f"entry {key} is in no block")
        elif hashlib.sha256(line).digest() != sealed[key]:
            found.append(f"entry {key} was changed")
    return found


def block_hash(block: dict[str, object], manifest: bytes) -> str:
    """Return the hash that a block must have."""
    number = int(str(block["number"])).to_bytes(KEY_BYTES, "big", signed=True)
    before = bytes.fromhex(str(block["previous_hash"]))
    moment = str(block["sealed_at"]).encode("ascii")
    return hashlib.sha256(before + number + moment + manifest).hexdigest()


def entries_of(manifest: bytes) -> dict[int, bytes]:
    """Return the hashes of entries by their keys."""
    rows = [manifest[at : at + ROW_BYTES] for at in range(0, len(manifest), ROW_BYTES)]
    return {int.from_bytes(row[:KEY_BYTES], "big", signed=True): row[KEY_BYTES:] for row in rows}


def main() -> int:
    """Say what is wrong; returns 0 where nothing is."""
    wrong = faults(Path(__file__).resolve().parent)
    sys.stdout.write("\n".join(wrong or ["All is as it was exported."]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
