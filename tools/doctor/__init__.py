"""Read-only checks of a live installation, whoever installed it."""
