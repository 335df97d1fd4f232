"""Clause 4: the organisation, its people and what is around them."""
