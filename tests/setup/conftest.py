"""The set-up's tests share a search path of their own with the tool chain's."""

from tests.unit.toolchain.conftest import own_path

__all__ = ["own_path"]
