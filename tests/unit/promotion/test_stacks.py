"""What production may differ in."""

import pytest

from tools.paths import REPO
from tools.promotion.command import PROJECT, stack_path
from tools.promotion.own_keys import OWN_KEYS, is_own
from tools.promotion.plan import plan
from tools.promotion.stack_file import StackFile, read


def stack(name: str) -> StackFile:
    return read(stack_path(REPO, name), PROJECT)


class TestProduction:
    def test_differs_from_staging_only_in_declared_settings(self) -> None:
        assert plan(stack("staging"), stack("prod")).empty

    def test_does_differ(self) -> None:
        staging, prod = stack("staging").leaves(), stack("prod").leaves()
        assert {leaf for leaf in {*staging, *prod} if staging.get(leaf) != prod.get(leaf)}


class TestOwnKeys:
    def test_say_why(self) -> None:
        assert all(OWN_KEYS.values())

    @pytest.mark.parametrize(
        ("path", "own"),
        [
            (("kubernetes", "context"), True),
            (("prometheus", "retention"), True),
            (("prometheus", "retentionSize"), True),
            (("prometheus", "startupSeconds"), False),
            (("prometheus",), False),
            (("tls", "enabled"), False),
            (("chart", "version"), False),
        ],
    )
    def test_hold_for_everything_below_them(self, path: tuple[str, ...], own: bool) -> None:
        assert is_own(path) is own
