"""Boards and their meetings: agenda, minutes, decisions, actions (clauses 7.4 and 9.3)."""
