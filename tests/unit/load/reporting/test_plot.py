import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.load.reporting.plot import Line, legend, plot

VALUES = st.lists(
    st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)), min_size=1, max_size=50
)


def drawn(*lines: Line) -> ET.Element:
    times = [
        float(number) for number in range(max((len(line.values) for line in lines), default=0))
    ]
    return ET.fromstring(plot(times, lines, title="a <title>", unit="ms & s"))  # noqa: S314


class TestPlot:
    @given(values=VALUES)
    def test_is_valid_and_keeps_within_its_frame(self, values: list[float | None]) -> None:
        path = drawn(Line(name="one", values=values)).find("path")
        assert path is not None
        points = path.get("d", "").replace("L", "M").split("M")[1:]
        assert len(points) == sum(value is not None for value in values)
        for point in points:
            x, y = map(float, point.split())
            assert 0 <= x <= 760
            assert 0 <= y <= 220

    def test_leaves_a_gap_where_there_is_no_value(self) -> None:
        path = drawn(Line(name="one", values=[1, None, 2, 3])).find("path")
        assert path is not None
        assert path.get("d", "").count("M") == 2

    def test_of_nothing_is_a_frame(self) -> None:
        assert drawn().findall("path") == []

    def test_lines_differ_in_more_than_colour(self) -> None:
        dashes = [entry[2] for entry in legend([Line(name=str(n), values=[]) for n in range(6)])]
        assert len(set(dashes)) == 6

    @pytest.mark.parametrize(("highest", "top"), [(7.0, "8"), (0.0, "1"), (950.0, "1000")])
    def test_axis_ends_at_a_round_number(self, highest: float, top: str) -> None:
        texts = [text.text for text in drawn(Line(name="one", values=[highest])).findall("text")]
        assert top in texts
