"""Makes a plan of a comparison: the order of the changes, what they mean, what they cost,
and whether the settings allow them. Pure.
"""
