"""The life of one Kubernetes object: checked, compared, created, read, updated, deleted."""
