"""Clause 8.1: calls by telephone and visits, and what came of them."""
