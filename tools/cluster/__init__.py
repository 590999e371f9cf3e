"""A real Kubernetes control plane as ordinary processes on loopback."""
