"""Making a chart's objects again what Helm installed.

The engine can't: it knows the release and none of its objects, so that nothing differs for it. Helm itself heals
built-in kinds only, and at the next change of chart or values; a custom resource (Prometheus, PrometheusRule,
ServiceMonitor, ...) it compares with its own record instead of the cluster (`pkg/kube/client.go`, `createPatch`).
So each object that has drifted is applied anew, on the server, as Helm's record has it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from components.preflight.live_cluster import LiveCluster, ask
from tools.drift.chart_objects import Compared, compared
from tools.drift.releases import Recorded, Release, find_recorded
from tools.preview.rendering.chart import Manifest
from tools.stack.helm_release import Helm

FIELD_MANAGER: Final = "helm"
"""Helm's own name: what it changes later is no conflict, and what it removes goes."""

_WHOLE: Final = "deployed"
"""The status of a release that isn't being worked on."""

_APPLY: Final = "application/apply-patch+yaml"


class RefusedError(Exception):
    """The API server refuses an object; the message says why."""


def undo_changes_by_hand(
    cluster: LiveCluster, helm: Helm, releases: Sequence[Release]
) -> tuple[str, ...]:
    """Rolls releases back that somebody else has upgraded; has to come before a refresh, which takes it as given.

    Args:
        cluster: Reader of the cluster.
        helm: Helm on the same cluster.
        releases: As the state knows them.

    Returns:
        What was done, in words.

    Raises:
        RefusedError: Helm can't.
        UnreadableError: The cluster doesn't answer, or forbids it.
    """
    done = []
    for release in releases:
        recorded = find_recorded(cluster, release)
        if recorded is None or recorded.latest.status != _WHOLE:
            continue
        if release.revision is None or release.revision == recorded.latest.revision:
            continue
        if recorded.ours.revision != release.revision:
            raise RefusedError(
                f"release {release.name} was upgraded by hand, and Helm has forgotten revision "
                f"{release.revision}; change its values or chart to make a new one"
            )
        if told := helm.rollback(release.namespace, release.name, revision=release.revision):
            raise RefusedError(f"helm can't roll release {release.name} back: {told}")
        done.append(
            f"Release {release.name} had revision {recorded.latest.revision}, made by hand; "
            f"rolled back to revision {release.revision}."
        )
    return tuple(done)


def heal(cluster: LiveCluster, releases: Sequence[Release]) -> tuple[str, ...]:
    """Applies each object of a chart that isn't as it was installed.

    What others have added stays, since it is no drift.

    Args:
        cluster: Reader of the cluster.
        releases: As the state knows them.

    Returns:
        What was done, in words.

    Raises:
        RefusedError: An object can't be made what it was; the others are.
        UnreadableError: The cluster doesn't answer, or forbids it.
    """
    done, refused = [], []
    for release in releases:
        recorded = find_recorded(cluster, release)
        if recorded is None or recorded.latest.status != _WHOLE:
            continue
        for one in compared(cluster, recorded):
            if not one.drifted:
                continue
            title = f"{one.manifest['kind']} {one.manifest['metadata']['name']}"
            try:
                _apply(cluster, replace(one, manifest=_labelled(one.manifest, recorded)))
            except RefusedError as error:
                refused.append(f"{title}: {error}")
            else:
                done.append(
                    f"{title} of release {release.name} {'came back' if one.live is None else 'was mended'}."
                )
    if refused:
        raise RefusedError("; ".join(refused))
    return tuple(done)


def _labelled(manifest: Manifest, recorded: Recorded) -> Manifest:
    """Helm adds who owns an object when it makes it, and asks for that when it is installed anew."""
    metadata = manifest["metadata"]
    owner = {
        "meta.helm.sh/release-name": recorded.ours.name,
        "meta.helm.sh/release-namespace": recorded.ours.namespace,
    }
    return {
        **manifest,
        "metadata": {
            **metadata,
            "labels": {**(metadata.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"},
            "annotations": {**(metadata.get("annotations") or {}), **owner},
        },
    }


def _apply(cluster: LiveCluster, one: Compared) -> None:
    if one.address is None:
        raise RefusedError("the cluster doesn't know its kind; install its definition (CRD)")
    answer = ask(
        cluster.client,
        "PATCH",
        one.address,
        query={"fieldManager": FIELD_MANAGER, "force": "true"},
        content_type=_APPLY,
        body=one.manifest,
    )
    if answer.refusal is not None:
        raise RefusedError(answer.refusal)
    if replace(one, live=dict(answer.document)).drifted:
        raise RefusedError("the API server took it, and keeps another one")
