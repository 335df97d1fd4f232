"""One search over everything: its language, its sources, what people looked for before."""
