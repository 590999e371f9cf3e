"""From two revisions to a report; without any credentials, unless the engine is asked too."""

import os
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from components.program_files import PROGRAM
from policy.checks import Finding, findings
from tools.errors import UserError
from tools.preview.comparing.change import Change
from tools.preview.comparing.replacing import RELEASE
from tools.preview.comparing.resources import Compared, compare
from tools.preview.engine.asking import previews
from tools.preview.engine.merging import merged
from tools.preview.engine.previewing import EnginePreview
from tools.preview.masking import Masking
from tools.preview.recording.configuration import ConfigurationError, Project, read_project
from tools.preview.rendering.chart import Helm, helm
from tools.preview.rendering.manifests import Manifests, Side, manifests
from tools.preview.rendering.recorder import Recorded, Run, record_runs
from tools.preview.rendering.revision import changed_files, checked_out, resolved
from tools.preview.report import Report, Stack
from tools.preview.resource import Resource

WORKING_TREE: Final = "working tree"
_SHORT: Final = 12

_NEW_STACK: Final = "A new stack: the base has no file of it."
_GONE_STACK: Final = (
    "The stack's file is gone; what it installed stays until `pulumi destroy` is run with it."
)


@dataclass(frozen=True, kw_only=True)
class _Revision:
    """One side of the comparison."""

    tree: Path
    project: Project


def differences(project: Path, *, base: str, stacks: Sequence[str], engine: bool = False) -> Report:
    """Compares what a base revision and the working tree would render.

    Args:
        project: Folder of `Pulumi.yaml`, in a git repository.
        base: The revision to compare with.
        stacks: Names of the stacks; empty for all that either revision has a file of.
        engine: Ask the engine too, which needs the backend, the secrets and the cluster of each stack.

    Raises:
        UserError: There is no such revision, project or stack.
    """
    commit = resolved(project, base)
    masking = Masking(key=secrets.token_bytes(32))
    with ExitStack() as opened:
        after = _revision(project)
        asked = opened.enter_context(previews(project, masking))
        # As soon as can be, since it takes longest. A name that the head doesn't know may be a mistake, though.
        if engine and set(stacks) <= set(after.project.stacks()):
            asked.ask(_present(stacks or after.project.stacks(), after.project))
        tree = opened.enter_context(checked_out(project, commit, project))
        before = _revision(tree)
        chosen = _chosen(stacks, before.project.stacks(), after.project.stacks())
        if engine:
            asked.ask(_present(chosen, after.project))
        threads = opened.enter_context(ThreadPoolExecutor(max_workers=os.cpu_count()))
        runs = [
            Run(tree=side.tree, stacks=_present(chosen, side.project)) for side in (before, after)
        ]
        # One start of Python does for both, where the program is the same.
        recordings = (
            [threads.submit(record_runs, after.tree, runs, masking)]
            if _same_program(commit, after)
            else [threads.submit(record_runs, run.tree, (run,), masking) for run in runs]
        )
        old, new = (recorded for recording in recordings for recorded in recording.result())
        charts = opened.enter_context(helm())
        rendered = threads.map(
            lambda name: _stack(
                name, (before.tree, old.get(name)), (after.tree, new.get(name)), charts, masking
            ),
            chosen,
        )
        return Report(
            base=_named(base, commit[:_SHORT]),
            head=WORKING_TREE,
            stacks=tuple(_with_engine(stack, asked.answer(stack.name)) for stack in rendered),
        )


def _with_engine(stack: Stack, engine: EnginePreview | None) -> Stack:
    if engine is None or stack.error is not None:
        return stack
    if engine.error is not None:
        return replace(stack, error=engine.error)
    return replace(
        stack, changes=_ranked(merged(stack.changes, engine.changes)), incomparable=False
    )


def _ranked(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The gravest first; the program registers independent resources in no fixed order."""
    return tuple(sorted(changes, key=lambda change: (-change.severity, change.resource.identity)))


def _named(revision: str, short: str) -> str:
    return short if revision.startswith(short) else f"{revision} ({short})"


def _revision(tree: Path) -> _Revision:
    try:
        return _Revision(tree=tree, project=read_project(tree))
    except ConfigurationError as error:
        raise UserError(f"There is no project to preview: {error}") from error


def _same_program(commit: str, head: _Revision) -> bool:
    """Tells whether the head runs what the commit does."""
    program = {head.tree / name for name in PROGRAM}
    changed = changed_files(head.tree, commit)
    return changed is not None and all(
        program.isdisjoint((file, *file.parents)) for file in changed
    )


def _present(stacks: Sequence[str], project: Project) -> tuple[str, ...]:
    return tuple(stack for stack in stacks if project.stack_file(stack).exists())


def _chosen(asked: Sequence[str], before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    known = sorted({*before, *after})
    if unknown := [stack for stack in asked if stack not in known]:
        raise UserError(
            f"There is no stack {', '.join(map(repr, unknown))}; allowed: {', '.join(known)}."
        )
    return tuple(dict.fromkeys(asked)) or tuple(known)


def _stack(
    name: str,
    before: tuple[Path, Recorded | None],
    after: tuple[Path, Recorded | None],
    charts: Helm,
    masking: Masking,
) -> Stack:
    (old_tree, old), (new_tree, new) = before, after
    if new is None:
        return Stack(name=name, notes=(_GONE_STACK,), incomparable=True)
    if new.error is not None:
        return Stack(name=name, error=new.error)
    if old is not None and old.error is not None:
        note = f"The base can't be rendered, so that there is nothing to compare with: {old.error}"
        return Stack(name=name, notes=(note,), incomparable=True)
    notes = [_NEW_STACK] if old is None else []
    known = old.resources if old is not None else ()
    rendered = [
        manifests(
            charts,
            Side(tree=old_tree, release=_releases(known).get(identity)),
            Side(tree=new_tree, release=_releases(new.resources).get(identity)),
            masking,
        )
        for identity in dict.fromkeys([*_releases(known), *_releases(new.resources)])
    ]
    if errors := [one.error for one in rendered if one.error is not None]:
        return Stack(name=name, error="; ".join(errors))
    found = _report(name, compare(known, new.resources), rendered, notes)
    return replace(
        found, reads_cluster=new.reads_cluster, findings=_findings(name, known, new, rendered)
    )


def _findings(
    name: str, before: Sequence[Resource], after: Recorded, rendered: Sequence[Manifests]
) -> tuple[Finding, ...]:
    """Returns what is broken now; advice that held for the base already isn't repeated."""
    old = [*before, *(resource for one in rendered for resource in one.before)]
    new = [*after.resources, *(resource for one in rendered for resource in one.after)]
    known = frozenset(findings(name, old))
    return tuple(
        finding for finding in findings(name, new) if finding.mandatory or finding not in known
    )


def _releases(resources: Sequence[Resource]) -> Mapping[str, Resource]:
    return {resource.identity: resource for resource in resources if resource.token == RELEASE}


def _report(
    name: str, program: Compared, rendered: Sequence[Manifests], notes: Sequence[str]
) -> Stack:
    charts = [compare(one.before, one.after) for one in rendered]
    parts = [program, *charts]
    changes: list[Change] = [change for part in parts for change in part.changes]
    return Stack(
        name=name,
        changes=_ranked(changes),
        same=sum(part.same for part in parts),
        quiet=sum(part.quiet for part in parts),
        notes=(*notes, *(one.note for one in rendered if one.note)),
    )
