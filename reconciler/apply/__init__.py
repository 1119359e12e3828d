"""Applies a plan: sends its requests in order, finds out by reading whether a doubtful one
was carried out, and calls nothing applied that was not read back.
"""
