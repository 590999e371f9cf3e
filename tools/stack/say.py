"""Telling the user what is going on."""

from collections.abc import Callable

Say = Callable[[str], None]
"""Prints one line for the user."""
