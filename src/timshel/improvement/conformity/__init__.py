"""Each question of the standard, its live evidence and its verdict (all clauses).

It stands above all other parts, since it asks all of them.
"""
