"""Clause 8.2: what is offered, and the functions and teams behind it."""
