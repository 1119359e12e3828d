"""Values only: frozen, comparable, free of clients, clocks and file handles."""
