"""Event types: what senders fire and scenarios listen to (contract §6)."""
