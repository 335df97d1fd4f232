"""Clause 8.1: what people do around work together: tags, links, time, mentions, drafts."""
