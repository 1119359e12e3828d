"""From files to Desired: parse with positions, render templates, validate by kind,
resolve names. No network.
"""
