"""Nonconformities: correction, cause, action and its verified effect (clause 10.1)."""
