"""Desired against live: both sides into one canonical form, then an exact comparison.
Pure.
"""
