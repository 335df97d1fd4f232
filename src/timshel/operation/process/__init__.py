"""Clause 8.1: processes as diagrams that people read and that run."""
