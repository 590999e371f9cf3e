"""What the provider stand-ins share: the gRPC service, and property values as Python values."""
