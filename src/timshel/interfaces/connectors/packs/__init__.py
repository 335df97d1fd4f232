"""The door for content that comes as files: what every installation begins with, and a
demonstration organisation."""

from timshel.interfaces.connectors.packs.files import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.standard import load_standard

__all__ = ["InvalidPack", "load_standard", "packs_directory"]
