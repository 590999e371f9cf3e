"""Version numbers as programs print them, and which of them a part accepts."""

import re
from dataclasses import dataclass
from typing import NamedTuple, Self


class Version(NamedTuple):
    """A released version; ordered as one expects."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """Dotted, without a leading `v`."""
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def first_in(cls, text: str) -> Self | None:
        """The first version number in a program's answer.

        Args:
            text: Such as `helm`'s `v3.22.0+gabcdef` or `etcd Version: 3.6.16`.

        Returns:
            The version, None when the text holds none. A missing patch counts as 0.
        """
        found = re.search(r"(?<![\d.])v?(\d+)\.(\d+)(?:\.(\d+))?", text)
        if found is None:
            return None
        return cls(int(found[1]), int(found[2]), int(found[3] or 0))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The version that a text consists of.

        Raises:
            ValueError: The text holds no version number.
        """
        version = cls.first_in(text)
        if version is None:
            raise ValueError(f"no version number in {text!r}")
        return version


@dataclass(frozen=True, kw_only=True)
class VersionRange:
    """Versions from `minimum` on and before `below`."""

    minimum: Version
    below: Version

    def __contains__(self, version: object) -> bool:
        """Whether a version lies in the range."""
        return isinstance(version, Version) and self.minimum <= version < self.below

    def __str__(self) -> str:
        """As one says it in an error message."""
        return f">= {self.minimum}, < {self.below}"


def same_major(minimum: Version) -> VersionRange:
    """From `minimum` up to the next major version."""
    return VersionRange(minimum=minimum, below=Version(minimum.major + 1, 0, 0))


def same_minor(version: Version) -> VersionRange:
    """Every patch of one minor version."""
    return VersionRange(
        minimum=Version(version.major, version.minor, 0),
        below=Version(version.major, version.minor + 1, 0),
    )


def within_a_minor(version: Version) -> VersionRange:
    """From the minor version before to the one after: what kubectl may differ from the API server by.

    https://kubernetes.io/releases/version-skew-policy/#kubectl
    """
    return VersionRange(
        minimum=Version(version.major, version.minor - 1, 0),
        below=Version(version.major, version.minor + 2, 0),
    )


def exactly(version: Version) -> VersionRange:
    """One version only."""
    return VersionRange(
        minimum=version, below=Version(version.major, version.minor, version.patch + 1)
    )
