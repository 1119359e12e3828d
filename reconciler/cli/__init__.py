"""The command line: click lives here, and here alone things are printed and exit codes
returned.
"""
