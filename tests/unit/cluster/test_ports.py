import socket
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.cluster.ports import CANDIDATES, Ports, choose, is_free, remember, remembered
from tools.errors import UserError

NAMES = tuple(Ports.__annotations__)
LAST = dict(zip(NAMES, range(21000, 21000 + len(NAMES)), strict=True))


def test_last_ports_are_kept_while_they_are_free() -> None:
    assert asdict(choose(LAST, (), free=lambda _: True)) == LAST


def test_taken_port_is_replaced_alone() -> None:
    chosen = asdict(choose(LAST, (), free=lambda port: port != LAST["kwok"]))
    assert chosen.pop("kwok") not in LAST.values()
    assert chosen == {name: port for name, port in LAST.items() if name != "kwok"}


def test_port_of_a_running_part_is_kept_though_it_is_in_use() -> None:
    assert asdict(choose(LAST, NAMES, free=lambda port: port not in LAST.values())) == LAST


def test_taken_candidates_are_passed_over() -> None:
    chosen = choose({}, (), free=lambda port: port % 2 == 0, candidates=range(21000, 21100))
    assert list(asdict(chosen).values()) == [21000, 21002, 21004, 21006, 21008, 21010]


def test_no_free_port_is_explained() -> None:
    with pytest.raises(UserError, match=r"No free port on 127\.0\.0\.1 between 21000 and 31999"):
        choose({}, (), free=lambda _: False)


@given(
    last=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(range(21000, 21010))),
    taken=st.sets(st.sampled_from(range(21000, 21010))),
)
def test_chosen_ports_are_free_and_distinct(last: dict[str, int], taken: set[int]) -> None:
    chosen = asdict(choose(last, (), free=lambda port: port not in taken)).values()
    assert len(set(chosen)) == len(NAMES)
    assert taken.isdisjoint(chosen)
    assert all(port in CANDIDATES for port in chosen)


def test_ports_are_remembered(tmp_path: Path) -> None:
    remember(tmp_path / "ports.json", Ports(**LAST))
    assert remembered(tmp_path / "ports.json") == LAST


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"kwok": "21000"}', '{"kwok": 80}', '{"other": 21000}']
)
def test_unusable_memory_is_forgotten(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content)
    assert remembered(tmp_path / "ports.json") == {}


def test_missing_memory_is_empty(tmp_path: Path) -> None:
    assert remembered(tmp_path / "ports.json") == {}


def test_port_is_taken_while_somebody_listens() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)
