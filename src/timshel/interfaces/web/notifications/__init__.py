"""Notices in the product: the bell, the list, what somebody chose, and their devices."""
