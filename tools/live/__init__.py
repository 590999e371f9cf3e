"""A small world in namespaces of its own, in which pods have addresses and some of them really run."""
