"""What Prometheus itself says of its targets and rules."""

from collections.abc import Iterator

from components.preflight.live_cluster import UnreadableError
from tools.doctor.finding import Finding, error, note
from tools.doctor.installation import Installation


def targets(installation: Installation) -> Iterator[Finding]:
    """Yields findings about targets that are down and rules that fail; a note where Prometheus can't be asked."""
    if installation.prometheus is None:
        return
    names = installation.names
    where = f"Prometheus {names.namespace}/{names.prometheus}"
    try:
        active = installation.ask_prometheus("targets?state=active")["data"]["activeTargets"]
        groups = installation.ask_prometheus("rules")["data"]["groups"]
    except UnreadableError as problem:
        told = str(problem).partition(": ")[2]
        yield note(
            where,
            f"can't be asked through the API server: {told}",
            why="targets, rules and the scheme that is really served weren't looked at",
            mend=f"`kubectl --namespace {names.namespace} port-forward service/{names.prometheus} 9090` and look at "
            "/targets",
        )
        return
    for target in active:
        if target["health"] == "down":
            yield error(
                f"target {target['scrapeUrl']} of {target['scrapePool']}",
                f"is down: {target['lastError']}",
                why="its series are absent or stale",
                mend="the words after `is down` name the cause; `context deadline exceeded`: the pod doesn't answer",
            )
    for group in groups:
        for rule in group["rules"]:
            if rule.get("health") == "err":
                yield error(
                    f"rule {rule['name']} of group {group['name']}",
                    f"fails: {rule.get('lastError', '')}",
                    why="its series or alert is absent",
                    mend="`pulumi refresh` and `pulumi up` where the rule is this stack's",
                )
