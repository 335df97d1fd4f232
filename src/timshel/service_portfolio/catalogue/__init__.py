"""Clause 8.2.4: what people can ask for, in their words, and who may ask for it."""
