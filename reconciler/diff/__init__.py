"""Compares what manifests want with what lives: both sides are brought into one canonical
form, and then compared exactly. Pure.
"""
