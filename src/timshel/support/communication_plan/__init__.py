"""The communication plan: what is told to whom, when and by whom, and what they answer."""
