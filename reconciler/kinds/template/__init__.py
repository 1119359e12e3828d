"""The kind `template`: a message that lives in the dashboard, declared so that its
variables are checked. It is never sent to the API.
"""
