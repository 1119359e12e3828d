"""The kind `scenario`: what a merchant has made in the dashboard, declared so that a push
that starts it is seen.
"""
