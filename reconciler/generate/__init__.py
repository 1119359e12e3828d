"""Types for senders: source text made from definitions and event types."""
