import os
from pathlib import Path

import yaml

from benchmarks.stacks import chart_of_local_stack, local_stack
from tools.paths import CHART_DIR, REPO


def test_the_local_stack_is_measured_on_another_cluster_and_with_another_chart(
    tmp_path: Path,
) -> None:
    committed = REPO / "stacks" / "Pulumi.local.yaml"
    before = committed.read_bytes()
    stack = local_stack(
        tmp_path, dict(os.environ), kubeconfig=Path("/k/config"), chart=Path("/charts/x")
    )
    option, file = stack.options
    config = yaml.safe_load(Path(file).read_text(encoding="utf-8"))["config"]
    assert option == "--config-file"
    assert config["llmd-monitoring:kubernetes"]["kubeconfig"] == "/k/config"
    assert config["llmd-monitoring:chart"]["path"] == "/charts/x"
    assert committed.read_bytes() == before


def test_without_another_chart_the_stack_files_is_taken(tmp_path: Path) -> None:
    stack = local_stack(tmp_path, {}, kubeconfig=Path("/k"), chart=None)
    config = yaml.safe_load(Path(stack.options[1]).read_text(encoding="utf-8"))["config"]
    assert (REPO / config["llmd-monitoring:chart"]["path"]).resolve() == CHART_DIR
    assert chart_of_local_stack().resolve() == CHART_DIR
