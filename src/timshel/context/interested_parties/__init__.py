"""Interested parties, what they need, and what meets each need (clause 4.2)."""
