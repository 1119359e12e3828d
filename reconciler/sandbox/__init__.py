"""A faithful local ShopiMind: the documented REST API on one SQLite file.

It is a second, independent reading of the API contract and shares no code with the rest
of the project.  This package imports nothing by itself, so that ``store``, ``switches``
and ``faults`` stay usable without a web framework.
"""
