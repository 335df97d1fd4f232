"""Clause 9: how well it goes, measured in one way and told in customers' words."""
