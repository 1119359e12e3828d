"""Events: payloads that are sent, what the histories say of them, and why one started
nothing.
"""
