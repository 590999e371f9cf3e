"""What Helm has recorded of a release."""

import base64
import gzip
import json

from tools.standins.kubernetes.release.record import decode_record, resource_names

RELEASE = {
    "name": "llmd",
    "namespace": "ns",
    "version": 3,
    "info": {"status": "pending-upgrade", "description": "Preparing upgrade"},
    "config": {"a": 1},
    "chart": {"metadata": {"name": "tiny", "version": "1.2.3", "appVersion": "4"}},
    "manifest": "---\nkind: X\n",
}


def test_helm_s_record_is_decoded() -> None:
    packed = base64.b64encode(gzip.compress(json.dumps(RELEASE).encode()))
    record = decode_record(base64.b64encode(packed).decode())
    assert record.pending
    assert record.values == {"a": 1}
    assert record.outputs == {
        "appVersion": "4",
        "chart": "tiny",
        "name": "llmd",
        "namespace": "ns",
        "revision": 3,
        "status": "pending-upgrade",
        "version": "1.2.3",
    }


def test_objects_are_listed_by_kind() -> None:
    manifest = """---
# Source: nothing but a comment
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: ns}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
"""
    assert resource_names(manifest) == {
        "ConfigMap/v1": ["b", "ns/a"],
        "Deployment.apps/apps/v1": ["d"],
    }
