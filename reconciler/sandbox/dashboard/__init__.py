"""The dashboard side: what a merchant makes by hand from what the API has brought.

Templates, segments and scenarios have no place in the API (contract §8); they are loaded
from outside, and what they do is read here from the contract alone.
"""
