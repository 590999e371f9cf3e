"""Plug-ins for tests and the embedded cluster, served where Pulumi's own can't be downloaded."""
