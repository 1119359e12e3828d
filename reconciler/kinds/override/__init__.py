"""Overrides: definition fields that give a product's price (contract §4)."""
