"""What each operation does: one module per resource; a handler turns a ``Call`` into an
``Answer``.
"""
