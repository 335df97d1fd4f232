"""Report cards as files."""
