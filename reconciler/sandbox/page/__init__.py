"""The page at `/` of a served sandbox: what the shop holds, read-only and live.

The server gives plain values as JSON, cut to a readable length; `page.js` builds elements of
them and sets their text, so nothing foreign is ever read as HTML. The content security
policy says the same to the browser.
"""
