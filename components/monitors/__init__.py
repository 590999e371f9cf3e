"""What makes an llm-d deployment scraped: monitors, and the access that they need; manifests, no Pulumi."""
