"""The habits of the clients that write metrics down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.emulators.fleets import fleet, lived, text
from tools.emulators.exposition import Style, expose, go_float
from tools.emulators.world import World


class TestGoFloat:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (1.0, "1"),
            (0.0001, "0.0001"),
            (0.00005, "5e-05"),
            (65536.0, "65536"),
            (1048576.0, "1.048576e+06"),
            (1e6, "1e+06"),
            (0.0, "0"),
            (float("inf"), "+Inf"),
        ],
    )
    def test_writes_as_go_does(self, value: float, written: str) -> None:
        assert go_float(value) == written

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_loses_nothing(self, value: float) -> None:
        assert float(go_float(value)) == value


@pytest.fixture(scope="module")
def world() -> World:
    return lived(World(fleet()), 5)


class TestExpose:
    def test_python_writes_bounds_as_it_writes_numbers(self, world: World) -> None:
        exposition = expose(world.targets[0].registry, Style.PYTHON)
        assert exposition.content_type.startswith("text/plain; version=1.0.0")
        assert b'le="1.0"' in exposition.body
        assert b"_created" in exposition.body

    def test_several_processes_write_no_creation_times(self, world: World) -> None:
        exposition = expose(world.targets[0].registry, Style.PYTHON_MULTIPROCESS)
        assert b'le="1.0"' in exposition.body
        assert b"_created" not in exposition.body

    def test_go_writes_bounds_short(self, world: World) -> None:
        written = text(world, "epp-0")
        assert 'le="1"' in written
        assert 'le="1.0"' not in written
        assert "_created" not in written
