"""From a comparison to a plan: order, impact, reasons, forecast, digest, guards.
Pure.
"""
