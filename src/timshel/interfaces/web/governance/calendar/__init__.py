"""The calendar of everything that is due in the management system."""
