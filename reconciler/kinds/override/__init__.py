"""Overrides: which fields of definitions replace a product's own price."""
