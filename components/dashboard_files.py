"""The dashboards as they are committed: `python -m tools.docs.dashboards` makes them from `dashboards/`.

The program installs these files; what makes them is not needed to install them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

GRAFANA: Final = Path(__file__).resolve().parent.parent / "dashboards" / "json"
OPENSHIFT_CONSOLE: Final = GRAFANA / "openshift"


def file_name(dashboard: str) -> str:
    """Returns the name of a dashboard's file, which is its uid."""
    return f"llmd-{dashboard}.json"


@cache
def compact_document(folder: Path, dashboard: str) -> str:
    """Returns a dashboard in one line: half the size of the file that people read and compare."""
    text = (folder / file_name(dashboard)).read_text(encoding="utf-8")
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
