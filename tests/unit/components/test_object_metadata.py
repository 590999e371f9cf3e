"""Objects of ours have fixed names, and an update takes back what was changed by hand."""

from components.object_metadata import object_metadata


def test_metadata() -> None:
    metadata = object_metadata(name="x", namespace="m", labels={"a": "b"})
    assert (metadata.name, metadata.namespace) == ("x", "m")
    assert metadata.labels == {"a": "b"}
    assert metadata.annotations == {"pulumi.com/patchForce": "true"}
