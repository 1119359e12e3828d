"""The kind `segment`: contacts that the dashboard picks by conditions, declared so that a
change that breaks them is seen. It is never sent to the API.
"""
