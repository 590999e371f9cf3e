"""What is told of a cluster that an installation can't be built on."""

from components.preflight.findings import Finding, RefusedError, refusal, unreadable
from components.preflight.live_cluster import UnreadableError

ONE = Finding(where="ConfigMap a/b", problem="is broken", remedy="correct it")
TWO = Finding(where="Deployment c/d", problem="is in the way", remedy="remove it")


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert str(ONE) == "ConfigMap a/b: is broken; next: correct it"
    assert str(RefusedError(ONE)) == str(ONE)


def test_a_refusal_tells_all_of_them() -> None:
    assert str(refusal([ONE, TWO], stack="prod")) == (
        "The cluster isn't ready for stack 'prod'; nothing was planned.\n"
        "  ConfigMap a/b: is broken; next: correct it\n"
        "  Deployment c/d: is in the way; next: remove it"
    )


def test_an_unreadable_cluster_is_a_finding() -> None:
    found = unreadable(UnreadableError("/api: refused"), "this is needed")
    assert found.problem == "can't be read (/api: refused), and this is needed"
    assert "kubernetes.context" in found.remedy
