"""How much of something an owner may still take in this minute, across all processes."""
