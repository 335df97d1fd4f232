"""Clause 8.1: the one row that every kind of work has, with its stages and its conversation."""
