import json
from typing import Any

import pytest
from hypothesis import given

from tests.unit.preview.examples import VALUES
from tools.preview.comparing.fields import ABSENT, Field, fields, shown_path


def found(before: object, after: object) -> dict[str, tuple[Any, Any]]:
    return {shown_path(f.path): (f.before, f.after) for f in fields(before, after)}


class TestFields:
    @given(value=VALUES)
    def test_of_the_same_value_are_none(self, value: object) -> None:
        assert list(fields(value, value)) == []

    @given(before=VALUES, after=VALUES)
    def test_are_found_in_either_direction(self, before: object, after: object) -> None:
        there, back = list(fields(before, after)), list(fields(after, before))
        assert bool(there) == bool(back)

    def test_tell_what_is_new_gone_and_other(self) -> None:
        assert found({"a": 1, "b": 2}, {"b": 3, "c": 4}) == {
            "a": (1, ABSENT),
            "b": (2, 3),
            "c": (ABSENT, 4),
        }

    def test_tell_null_from_nothing(self) -> None:
        assert found({}, {"etcd": None}) == {"etcd": (ABSENT, None)}

    def test_tell_a_number_from_a_truth(self) -> None:
        assert found({"a": 1}, {"a": True}) == {"a": (1, True)}


class TestLists:
    def test_are_compared_by_key_whatever_the_order(self) -> None:
        before = [{"name": "web", "port": 80}, {"name": "tls", "port": 443}]
        after = [{"name": "tls", "port": 8443}, {"name": "web", "port": 80}]
        assert found({"ports": before}, {"ports": after}) == {"ports[name=tls].port": (443, 8443)}

    def test_show_an_item_that_comes_alone(self) -> None:
        before = [{"name": "a", "v": 1}]
        after = [{"name": "new", "v": 9}, {"name": "a", "v": 1}]
        assert found(before, after) == {"[name=new]": (ABSENT, {"name": "new", "v": 9})}

    def test_without_keys_are_compared_in_order(self) -> None:
        assert found(["a", "b", "d"], ["a", "c", "d", "e"]) == {
            "[1]": ("b", "c"),
            "[3]": (ABSENT, "e"),
        }

    def test_whose_keys_repeat_are_compared_in_order(self) -> None:
        before, after = [{"name": "a"}, {"name": "a"}], [{"name": "a"}]
        assert found(before, after) == {"[1]": ({"name": "a"}, ABSENT)}

    def test_of_rules_are_compared_by_rule(self) -> None:
        def rules(threshold: int) -> list[dict[str, Any]]:
            return [
                {"alert": "Slow", "expr": "p99 > 1", "labels": {"severity": "warning"}},
                {
                    "alert": "Slow",
                    "expr": f"p99 > {threshold}",
                    "labels": {"severity": "critical"},
                },
                {"record": "llmd:x", "expr": "sum(x)"},
            ]

        assert found({"rules": rules(5)}, {"rules": rules(9)}) == {
            "rules[alert=Slow, severity=critical].expr": ("p99 > 5", "p99 > 9")
        }


class TestDocuments:
    def test_of_json_are_compared_by_field(self) -> None:
        before, after = ({"data": {"a.json": json.dumps({"x": {"y": n}})}} for n in (1, 2))
        assert found(before, after) == {'data["a.json"].x.y': (1, 2)}

    def test_of_yaml_are_compared_by_field(self) -> None:
        before, after = ({"data": {"a.yaml": f"x:\n  y: {n}\n"}} for n in (1, 2))
        assert found(before, after) == {'data["a.yaml"].x.y': (1, 2)}

    @pytest.mark.parametrize("key", ["a.yaml", "a.json", "text"])
    def test_that_are_broken_are_texts(self, key: str) -> None:
        before, after = {"data": {key: "{ a: ["}}, {"data": {key: "{ b: ["}}
        assert list(fields(before, after)) == [
            Field(path=("data", key), before="{ a: [", after="{ b: [")
        ]

    def test_of_the_same_meaning_are_the_same(self) -> None:
        assert found({"a.json": '{"x": 1}'}, {"a.json": '{\n  "x": 1\n}'}) == {}

    def test_that_are_dashboards_are_compared_by_panel_not_by_place(self) -> None:
        def board(*titles: str) -> dict[str, str]:
            panels = [
                {"id": n, "gridPos": {"y": n}, "title": title, "type": "stat"}
                for n, title in enumerate(titles)
            ]
            return {"a.json": json.dumps({"title": "Board", "version": 1, "panels": panels})}

        assert found(board("a", "b"), board("new", "a", "b")) == {
            '["a.json"].panels[panel=new]': (ABSENT, {"title": "new", "type": "stat"})
        }
        assert found(board("a", "b"), board("b", "a")) == {}
