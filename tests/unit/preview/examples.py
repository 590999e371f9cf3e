"""Reports of any content."""

from typing import Any

from hypothesis import strategies as st

from policy.checks import Finding
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import ABSENT, Field
from tools.preview.report import Report, Stack
from tools.preview.resource import Hidden, Resource, Source

NASTY = (
    "```",
    "~~~~~",
    "````diff",
    "</details>",
    "<script>alert(1)</script>",
    "<!-- llmd-monitoring-preview -->",
    "@everyone",
    "org/repo#12",
    "| a | b |",
    "\u202e",
    "\r\n",
    "\n\n---\n",
    "![x](http://e.example)",
)

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(NASTY),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), max_size=6).map("\n".join),
    st.integers(1, 30_000).map(lambda size: "line `of` text\n" * (size // 15) + "x" * (size % 15)),
)

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS, st.just(Hidden(digest="d"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=20), inner, max_size=3)
    ),
    max_leaves=5,
)

SIDES = st.one_of(st.just(ABSENT), VALUES)

FIELDS = st.builds(Field, path=st.lists(TEXTS, max_size=3).map(tuple), before=SIDES, after=SIDES)

RESOURCES = st.builds(
    Resource,
    identity=TEXTS,
    token=st.just("kubernetes:core/v1:ConfigMap"),
    kind=TEXTS,
    name=TEXTS,
    source=st.sampled_from(Source),
    inputs=st.dictionaries(st.text(max_size=20), VALUES, max_size=3),
)

CHANGES = st.builds(
    Change,
    operation=st.sampled_from(Operation),
    resource=RESOURCES,
    fields=st.lists(FIELDS, max_size=4).map(tuple),
    causes=st.lists(st.lists(TEXTS, max_size=3).map(tuple), max_size=2).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
)

FINDINGS = st.builds(Finding, policy=TEXTS, resource=TEXTS, problem=TEXTS, mandatory=st.booleans())

STACKS = st.builds(
    Stack,
    findings=st.lists(FINDINGS, max_size=2).map(tuple),
    name=TEXTS,
    changes=st.lists(CHANGES, max_size=6).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    error=st.one_of(st.none(), TEXTS),
)

REPORTS = st.builds(
    Report,
    base=TEXTS,
    head=TEXTS,
    stacks=st.lists(STACKS, max_size=4, unique_by=lambda stack: stack.name).map(tuple),
)


def resource(
    kind: str = "ConfigMap",
    name: str = "ns/one",
    *,
    inputs: dict[str, Any] | None = None,
    token: str = "",
    source: Source = Source.PROGRAM,
    **others: Any,  # noqa: ANN401 - the attributes of Resource
) -> Resource:
    return Resource(
        identity=f"{token or kind}::{name}",
        token=token or f"kubernetes:core/v1:{kind}",
        kind=kind,
        name=name,
        source=source,
        inputs=inputs or {},
        **others,
    )
