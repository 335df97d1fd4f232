"""Keys: one-key moves, the palette, and where each person sets them."""
