"""What each kind of resource is: what a manifest may say, and what that means. Pure.

`kind.py` is what the engine asks of a kind, `registry.py` lists the kinds, and each kind
has a package of its own. How a kind travels to the API is in `api/`.
"""
