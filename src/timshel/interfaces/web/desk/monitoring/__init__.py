"""What monitoring says, and the planned work during which it says less."""
