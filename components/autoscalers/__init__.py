"""Autoscalers as clients of Prometheus: their values, what these refer to, and their installation."""
