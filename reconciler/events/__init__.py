"""Payloads of event types: checked against what manifests say, made up as samples, sent,
looked for in the histories, and what the histories say of one that started nothing.
"""
