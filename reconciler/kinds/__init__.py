"""What the tool knows of each kind of manifest: one subpackage per kind, and the rules
that every kind shares.
"""
