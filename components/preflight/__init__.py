"""What a run reads of the cluster before anything is planned, and what it refuses to build on."""
