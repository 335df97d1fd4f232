"""The one search: its page, what it suggests meanwhile, and the searches a person kept."""
