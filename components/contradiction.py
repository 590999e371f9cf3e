"""The error of two settings that are right by themselves and don't go together."""


class ContradictionError(ValueError):
    """Keys of one group contradict each other.

    What was given is apart from what is allowed, so that it can be left out where the group holds a secret.
    """

    def __init__(self, given: str, *, allowed: str, key: tuple[str | int, ...] = ()) -> None:
        """Tells the contradiction.

        Args:
            given: What was found.
            allowed: What may be there instead.
            key: Path of the key to change, below the group that is checked; empty: several keys of that group.
        """
        super().__init__(f"{given}; allowed: {allowed}")
        self.given = given
        self.allowed = allowed
        self.key = key
