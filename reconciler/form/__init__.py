"""The canonical form of a resource, and the differences between two forms. Pure."""
