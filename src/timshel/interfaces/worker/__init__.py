"""Work that happens away from any request: jobs deferred by reactions, and periodic sweeps."""
