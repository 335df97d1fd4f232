"""Clause 8.1: operational planning and control, the work that every process shares."""
