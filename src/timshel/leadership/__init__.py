"""Clause 5: policy, roles and authorities."""
