"""Payloads of event types: checked against what manifests say, made up as samples, sent,
and looked for in the histories.
"""
