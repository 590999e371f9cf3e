"""Symbolic links that are there or not, never in between."""

from pathlib import Path


def link(place: Path, target: Path) -> None:
    """Makes `place` a link to `target`, in place of whatever file was there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}.new")
    half.unlink(missing_ok=True)
    half.symlink_to(target)
    half.replace(place)
