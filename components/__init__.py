"""The parts that a Pulumi program installs, one idea a file."""
