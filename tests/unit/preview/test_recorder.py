"""Stacks of several revisions, recorded by one program."""

from pathlib import Path

import yaml

from tools.preview.masking import Masking
from tools.preview.rendering.recorder import Run, record_runs

PROGRAM = """\
import pulumi
import told

told.starts.append(1)
shade = pulumi.Config().get("shade")
if shade == "none":
    raise pulumi.RunError("shade: must be a colour")
pulumi.CustomResource("kubernetes:core/v1:ConfigMap", "paint", {"shade": shade, "starts": len(told.starts)})
"""


def revision(folder: Path, **shades: str) -> Run:
    """Returns a revision with a stack of each name, and no program."""
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: paint\nruntime: python\n", encoding="utf-8")
    for stack, shade in shades.items():
        document = {"config": {"paint:shade": shade}}
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return Run(tree=folder, stacks=tuple(shades))


def test_each_revision_has_its_own_settings_and_all_have_one_start(tmp_path: Path) -> None:
    before = revision(tmp_path / "before", dev="red", prod="none")
    after = revision(tmp_path / "after", dev="blue", prod="green", new="white")
    (after.tree / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (after.tree / "told.py").write_text("starts: list[int] = []\n", encoding="utf-8")
    old, new = record_runs(after.tree, (before, after), Masking(key=b"key"))
    assert old["prod"].error == "shade: must be a colour"
    inputs = {
        (name, stack): recorded.resources[0].inputs
        for name, revision in (("old", old), ("new", new))
        for stack, recorded in revision.items()
        if recorded.error is None
    }
    assert inputs == {
        ("old", "dev"): {"shade": "red", "starts": 1},
        ("new", "dev"): {"shade": "blue", "starts": 3},
        ("new", "prod"): {"shade": "green", "starts": 4},
        ("new", "new"): {"shade": "white", "starts": 5},
    }


def test_a_program_that_ends_the_process_is_told_for_the_stacks_it_took_along(
    tmp_path: Path,
) -> None:
    run = revision(tmp_path / "one", dev="red", prod="blue")
    (run.tree / "__main__.py").write_text(
        "import os, sys\nprint('out of paint', file=sys.stderr, flush=True)\nos._exit(7)\n",
        encoding="utf-8",
    )
    (recorded,) = record_runs(run.tree, (run,), Masking(key=b"key"))
    assert {stack: one.error for stack, one in recorded.items()} == dict.fromkeys(
        ("dev", "prod"), "The program ended early: out of paint"
    )


def test_no_stack_is_no_run(tmp_path: Path) -> None:
    run = Run(tree=tmp_path, stacks=())
    assert record_runs(tmp_path, (run, run), Masking(key=b"key")) == ({}, {})
