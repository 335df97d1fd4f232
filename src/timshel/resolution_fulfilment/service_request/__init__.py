"""Clause 8.6.2: what people ask for, from the order to its delivery."""
