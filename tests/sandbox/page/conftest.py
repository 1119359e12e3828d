"""The dashboard's shops, for the page that shows them."""

from tests.sandbox.dashboard.conftest import dashboard, documented

__all__ = ["dashboard", "documented"]
