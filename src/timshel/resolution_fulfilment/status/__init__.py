"""Clause 8.6.1: what everybody may know of how services do, now and in the last ninety days."""
