"""The way to a shop: HTTP, paging, retries, and the translation between payloads and
values. The home of httpx.
"""
