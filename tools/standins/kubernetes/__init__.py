"""A stand-in for Pulumi's Kubernetes plug-in that serves loopback clusters only."""
