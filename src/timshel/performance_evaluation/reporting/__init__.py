"""Clause 9.4: report cards of services, customers, units and teams."""
