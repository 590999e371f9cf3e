from pathlib import Path

import pytest

from tools.cluster.layout import Layout
from tools.cluster.parts import PROGRAMS, STAGES
from tools.cluster.starting import Start, require_programs, to_begin_anew
from tools.errors import UserError


@pytest.mark.parametrize(
    ("missing", "anew"),
    [
        (set(), set()),
        ({"kwok"}, {"kwok"}),
        ({"kube-scheduler", "kwok"}, {"kube-scheduler", "kwok"}),
        ({"kube-apiserver"}, set(PROGRAMS) - {"etcd"}),
        ({"etcd"}, set(PROGRAMS)),
        (set(PROGRAMS), set(PROGRAMS)),
    ],
)
def test_what_depends_on_a_new_part_begins_anew(missing: set[str], anew: set[str]) -> None:
    assert to_begin_anew(set(PROGRAMS) - missing) == anew


def test_missing_files_are_named_with_the_command_that_brings_them(tmp_path: Path) -> None:
    for name in PROGRAMS[1:]:
        (tmp_path / name).touch()
    for name in STAGES[1:]:
        (tmp_path / name).touch()
    start = Start(layout=Layout(directory=tmp_path), binaries=tmp_path, stages=tmp_path, owner=None)
    with pytest.raises(UserError) as error:
        require_programs(start)
    assert f"{tmp_path / PROGRAMS[0]}, {tmp_path / STAGES[0]}" in error.value.message
    assert "make setup" in error.value.next_step
