"""Indicators of processes and services, judged over time (clauses 9.1 and 9.4)."""
