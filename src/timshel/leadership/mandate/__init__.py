"""Authorities: who may approve what, and up to how much."""
