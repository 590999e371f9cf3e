"""When an object is ready, and why it isn't."""
