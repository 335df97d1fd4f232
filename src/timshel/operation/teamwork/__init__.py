"""Clause 8.1: what people do around a piece of work together: tags, links, time, mentions, drafts."""
