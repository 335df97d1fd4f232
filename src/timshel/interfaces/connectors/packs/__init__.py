"""The door for content that comes as files: what every installation begins with, and a
demonstration organisation."""

from timshel.interfaces.connectors.packs.demonstration import (
    Demonstration,
    SignIn,
    load_demonstration,
)
from timshel.interfaces.connectors.packs.files import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.standard import load_standard

__all__ = [
    "Demonstration",
    "InvalidPack",
    "SignIn",
    "load_demonstration",
    "load_standard",
    "packs_directory",
]
