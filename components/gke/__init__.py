"""Google Managed Prometheus: what is told to it, and how Grafana queries it."""
