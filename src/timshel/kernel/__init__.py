"""What every clause builds on and what knows no word of the domain."""
