"""Saved replies, text modules, macros and files, on a record's page and on their own."""
