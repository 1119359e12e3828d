"""What git says of the manifests: their commit, and files as they were at a revision."""
