"""Where everything that the tools make lives: ignored folders inside the repository."""

from pathlib import Path
from typing import Final

REPO: Final = Path(__file__).resolve().parent.parent

TOOLS_DIR: Final = REPO / ".tools"
"""Programs, plug-ins and CRDs; kept by `make down`, removed by `make clean`."""

BIN_DIR: Final = TOOLS_DIR / "bin"
PLUGIN_DIR: Final = TOOLS_DIR / "plugins"
CRD_DIR: Final = TOOLS_DIR / "crds"
KWOK_STAGE_DIR: Final = TOOLS_DIR / "kwok-stages"
PULUMI_HOME: Final = TOOLS_DIR / "pulumi-home"
ENV_FILE: Final = TOOLS_DIR / "env.sh"

VENV_DIR: Final = REPO / ".venv"

CLUSTER_DIR: Final = REPO / ".cluster"
"""The embedded cluster's data, keys, logs and process records."""

KUBECONFIG: Final = CLUSTER_DIR / "kubeconfig"
STATE_DIR: Final = CLUSTER_DIR / "state"
"""The Pulumi file backend of the `local` stack."""

CHART_DIR: Final = REPO / "tools" / "embedded" / "chart" / "kube-prometheus-stack"
"""The small chart that stands in for kube-prometheus-stack on the embedded cluster."""

CHART_CRD_DIR: Final = CHART_DIR / "charts" / "crds" / "crds"
"""Where Helm looks for the small chart's CRDs, and `crds.enabled: false` leaves them out."""
