"""What a person is told when the embedded cluster can't do what was asked."""


class ClusterError(Exception):
    """A problem that the person who typed the command can act on; shown without a traceback."""
