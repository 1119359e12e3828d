"""Make a plan so: send in order, settle doubt by reading, and call nothing applied that
was not read back.
"""
