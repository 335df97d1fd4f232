"""Clause 8.2: the services and those who take part in them."""
