"""Doors to other systems: each turns what it finds there into calls of the domain."""
