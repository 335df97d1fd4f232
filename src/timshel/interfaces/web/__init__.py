"""The web door: pages for requesters, for those who help them, and for those who answer for it."""
