"""Values files for llm-d's charts, from a stack's settings."""
