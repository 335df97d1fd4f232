"""Clause 8.3.3: what is promised for services, and the clocks that measure it."""
