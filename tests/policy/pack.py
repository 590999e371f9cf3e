"""Where the policy pack is, and the interpreter that its manifest names; `make policy` makes that."""

import yaml

from tools.paths import REPO

PACK = REPO / "policy"
MANIFEST = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
PYTHON = (PACK / MANIFEST["runtime"]["options"]["virtualenv"] / "bin" / "python").absolute()
