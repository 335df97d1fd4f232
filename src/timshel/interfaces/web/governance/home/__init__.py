"""Where the management system stands: a page for whoever looks after a part of it."""
