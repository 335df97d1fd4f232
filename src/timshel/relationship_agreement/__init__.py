"""Clause 8.3: relationships and agreements with customers and suppliers."""
