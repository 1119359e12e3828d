"""How much one file of manifests may hold: far more than anybody writes, and little
enough for seconds and some hundred megabytes.
"""

LARGEST_FILE = 8 * 1024 * 1024
MOST_NODES = 300_000
"""Values in a file; about 11,000 definitions of the usual size."""
MOST_IN_DOCUMENT = 50_000
MOST_DOCUMENTS = 20_000
DEEPEST = 40
LONGEST_TEXT = 100_000
MOST_DIRECTIVES = 100
"""The parser compares each %TAG with all that came before it."""
MOST_ALIASES = 1_000
MOST_EXPANDED = 50_000
"""How many values the aliases of one document may stand for, all together."""
