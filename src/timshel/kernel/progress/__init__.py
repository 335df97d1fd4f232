"""Long work that people can watch: how far it is, what came of it, and what went wrong."""
