"""Clause 8.5: planned work on services, told beforehand, during which monitoring keeps quiet."""
