"""Clause 8.6.1: what monitoring says, made into incidents by rule: one for what is one."""
