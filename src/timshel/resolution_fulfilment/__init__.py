"""Clause 8.6: incidents, service requests and problems."""
