"""Text files that are written as a whole or not at all."""

from pathlib import Path


def read_text(path: Path) -> str | None:
    """A file's text, None when there is no such file or it isn't text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_text(path: Path, text: str, *, mode: int = 0o644) -> bool:
    """Gives a file this text and mode.

    Args:
        path: The file; a symbolic link is replaced, not followed.
        text: What it is to hold.
        mode: Its permissions.

    Returns:
        Whether something had to be changed.
    """
    same_text = not path.is_symlink() and read_text(path) == text
    if same_text and path.stat().st_mode & 0o777 == mode:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.new")
    half.write_text(text, encoding="utf-8")
    half.chmod(mode)
    half.replace(path)
    return True
