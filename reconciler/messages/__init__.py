"""Messages that the dashboard sends: their variables, found in the text and checked
against what is declared (contract §8). Nothing here opens a file or a connection.
"""
