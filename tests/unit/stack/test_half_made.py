"""Only an object that carries our labels is taken for what an interrupted update made."""

from typing import Any

from components.labels import common_labels
from tools.stack.half_made import is_ours

LABELS = dict(common_labels("llmd", "web-tls"))


def labelled(labels: dict[str, str] | None) -> dict[str, Any]:
    return {"metadata": {"name": "n"} | ({} if labels is None else {"labels": labels})}


def test_it_carries_what_it_was_to_be_made_with() -> None:
    assert is_ours(labelled(LABELS), labelled(LABELS))


def test_others_may_have_added_labels() -> None:
    assert is_ours(labelled(LABELS), labelled(LABELS | {"team": "ml"}))


def test_a_users_object_of_the_same_name_is_not_ours() -> None:
    assert not is_ours(labelled(LABELS), labelled(None))
    assert not is_ours(labelled(LABELS), labelled({"app.kubernetes.io/managed-by": "Helm"}))


def test_another_installations_object_is_not_ours() -> None:
    assert not is_ours(labelled(LABELS), labelled(dict(common_labels("other", "web-tls"))))


def test_without_labels_nothing_can_be_told() -> None:
    assert not is_ours(labelled(None), labelled(None))
