"""Objects of ours have fixed names, and an update takes back what was changed by hand."""

from components.object_metadata import object_metadata


def test_metadata() -> None:
    metadata = object_metadata(name="x", namespace="m", labels={"a": "b"})
    assert (metadata["name"], metadata["namespace"]) == ("x", "m")
    assert metadata["labels"] == {"a": "b"}
    assert metadata["annotations"] == {"pulumi.com/patchForce": "true"}


def test_metadata_of_an_object_of_the_cluster_with_annotations() -> None:
    metadata = object_metadata(name="x", namespace=None, labels={}, annotations={"c": "d"})
    assert metadata.get("namespace") is None
    assert metadata["annotations"] == {"c": "d", "pulumi.com/patchForce": "true"}
