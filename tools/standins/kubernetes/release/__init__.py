"""Helm releases, by the `helm` program."""
