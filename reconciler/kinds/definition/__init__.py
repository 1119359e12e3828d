"""Definitions: tables of custom data, their fields and their relationships."""
