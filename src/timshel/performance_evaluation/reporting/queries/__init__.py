"""Report cards, their overview and subscriptions to them."""
