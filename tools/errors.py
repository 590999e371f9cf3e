"""What a user can get wrong or run into, told without a traceback."""


class UserError(Exception):
    """A problem that its reader can solve.

    Args:
        message: What was wrong, where, what was given and what is allowed.
        next_step: What to do now; shown on a line of its own.
    """

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        """The message and, when there is one, the next step below it."""
        return f"{self.message}\n{self.next_step}" if self.next_step else self.message
