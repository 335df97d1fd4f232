"""Template tags and filters of the web door, known to every template without loading."""
