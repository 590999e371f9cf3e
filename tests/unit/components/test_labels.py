"""The labels of what the program makes."""

import re

from hypothesis import given

from components.labels import common_labels
from tests.unit.components.documents import RELEASES

LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?")


def test_say_what_it_is_whose_it_is_and_who_made_it() -> None:
    assert common_labels("llmd", "web-tls") == {
        "app.kubernetes.io/name": "llm-d-monitoring",
        "app.kubernetes.io/instance": "llmd",
        "app.kubernetes.io/component": "web-tls",
        "app.kubernetes.io/managed-by": "llmd-monitoring",
    }


@given(RELEASES)
def test_are_right_for_every_release(release: str) -> None:
    assert all(LABEL_VALUE.fullmatch(value) for value in common_labels(release, "grafana").values())
