"""Events: what senders report, and what their payloads hold."""
