"""Panels on the grid, for any sizes."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboards.building.grid import COLUMNS, Place, Size, arrange

SIZES = st.lists(
    st.builds(Size, w=st.integers(1, COLUMNS), h=st.integers(1, 20)), min_size=1, max_size=30
)
TOPS = st.integers(0, 100)


def cells(place: Place) -> set[tuple[int, int]]:
    return {
        (x, y) for x in range(place.x, place.x + place.w) for y in range(place.y, place.y + place.h)
    }


@given(sizes=SIZES, top=TOPS)
def test_none_overlap_and_none_leave_the_grid(sizes: list[Size], top: int) -> None:
    places = arrange(sizes, top)
    assert all(cells(one).isdisjoint(cells(other)) for one, other in combinations(places, 2))
    assert all(place.x >= 0 and place.x + place.w <= COLUMNS and place.y >= top for place in places)


@given(sizes=SIZES, top=TOPS)
def test_no_cell_is_left_free(sizes: list[Size], top: int) -> None:
    places = arrange(sizes, top)
    bottom = max(place.y + place.h for place in places)
    assert sum(place.w * place.h for place in places) == COLUMNS * (bottom - top)


@given(sizes=SIZES, top=TOPS)
def test_reading_order_is_kept_and_none_shrinks(sizes: list[Size], top: int) -> None:
    places = arrange(sizes, top)
    assert all((one.y, one.x) < (other.y, other.x) for one, other in pairwise(places))
    assert all(
        place.w >= size.w and place.h >= size.h for place, size in zip(places, sizes, strict=True)
    )


def test_nothing_takes_no_place() -> None:
    assert arrange([], 5) == ()
