"""Custom-data definitions: the tables that a shop models for itself (contract §3)."""
