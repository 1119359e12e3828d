"""The kind `records`: the rows of a definition."""
