"""The rules of resources: their words, their quarters, and what is foretold of them."""
