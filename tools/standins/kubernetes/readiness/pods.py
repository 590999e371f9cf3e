"""Pods: scheduled, initialised, ready; and what keeps them from it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.standins.kubernetes.kind import Object, name_of, namespace_of
from tools.standins.kubernetes.readiness.verdict import (
    READY,
    Related,
    Verdict,
    conditions,
    holds,
    waiting,
)


def judge_pod(pod: Object, _related: Related) -> Verdict:
    """A pod is ready when its containers are, or when it has succeeded."""
    if holds(pod, "Ready") or phase(pod) == "Succeeded":
        return READY
    reasons = tuple(pod_problems(pod))
    name = name_of(pod)
    if phase(pod) == "Failed":
        told = f"[Pod {name}]: {(pod.get('status') or {}).get('message') or 'it failed'}"
        return Verdict(ready=False, waiting_for=told, reasons=(told, *reasons), failed=True)
    for condition, word in (("PodScheduled", "scheduled"), ("Initialized", "initialized")):
        if not holds(pod, condition):
            return waiting(f"Waiting for Pod {name!r} to be {word}", *reasons)
    return waiting(f"Waiting for Pod {name!r} to be ready", *reasons)


def phase(obj: Mapping[str, Any]) -> str:
    """Return the status phase."""
    return str((obj.get("status") or {}).get("phase") or "")


def pod_problems(pod: Object) -> Iterator[str]:
    """Say what keeps a pod from being ready: no node for it, images, crashes."""
    prefix = f"[Pod {name_of(pod)}]: "
    for kind in ("PodScheduled", "Initialized", "Ready"):
        condition = conditions(pod).get(kind, {})
        if condition.get("status") not in (None, "True") and condition.get("message"):
            yield prefix + str(condition["message"])
    status = pod.get("status") or {}
    for container in [
        *(status.get("initContainerStatuses") or []),
        *(status.get("containerStatuses") or []),
    ]:
        if not container.get("ready"):
            yield from (prefix + problem for problem in _container_problems(container))


def workload_problems(workload: Object, related: Related) -> list[str]:
    """Say what keeps a workload's pods from being ready, with recent warning events."""
    selector = ((workload.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    namespace = namespace_of(workload)
    pods = related.pods(namespace, selector) if selector else []
    unready = [pod for pod in pods if not judge_pod(pod, related).ready]
    problems = [problem for pod in unready for problem in pod_problems(pod)]
    names: Sequence[str] = [name_of(workload), *(name_of(pod) for pod in unready)]
    problems += [text for text in related.warnings(namespace, names) if text not in problems]
    return list(dict.fromkeys(problems))


def _container_problems(container: Mapping[str, Any]) -> Iterator[str]:
    name = container.get("name")
    state = container.get("state") or {}
    pending = state.get("waiting") or {}
    if pending and pending.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
        yield f"container {name!r} [{pending['reason']}] {pending.get('message', '')}".rstrip()
    for ended in (state.get("terminated"), (container.get("lastState") or {}).get("terminated")):
        if ended and ended.get("exitCode"):
            reason, code = ended.get("reason", ""), ended["exitCode"]
            yield f"container {name!r} ended ({reason}: exit code {code})"
