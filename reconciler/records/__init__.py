"""Rows of a definition, from a file to what is sent, and from the shop back (contract
§5). Nothing here opens a file or a connection: both are handed over.
"""
