"""The settings of a stack file, checked as the program checks them."""

from pathlib import Path

from components.configuration import parse
from components.mistakes import report
from components.settings import Settings
from tools.errors import UserError
from tools.values.stack_file import read_configuration


def stack_settings(stacks: Path, stack: str) -> Settings:
    """Returns the settings of a stack, a placeholder in place of each encrypted value.

    Args:
        stacks: Folder of the stack files.
        stack: Name of the stack.

    Raises:
        UserError: There is no such stack, or its settings have mistakes.
    """
    settings, mistakes = parse(*read_configuration(stacks, stack))
    if settings is None or mistakes:
        raise UserError(report(mistakes, stack=stack))
    return settings
