"""What lives → the text of manifests: new files, and edits of those that are there."""
