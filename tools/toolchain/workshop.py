"""The folders that a set-up writes to."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.paths import CHART_CRD_DIR, TOOLS_DIR
from tools.toolchain.parts import MODULES


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where a set-up puts what it makes.

    Attributes:
        root: The folder for everything, `.tools` of the repository.
        modules: The folder that holds the pins.
        chart_crds: Where the small chart expects the CRDs.
    """

    root: Path = TOOLS_DIR
    modules: Path = MODULES
    chart_crds: Path = CHART_CRD_DIR

    @property
    def bin(self) -> Path:
        """The programs."""
        return self.root / "bin"

    @property
    def plugins(self) -> Path:
        """Plug-ins that Pulumi finds on PATH."""
        return self.root / "plugins"

    @property
    def crds(self) -> Path:
        """The Prometheus operator's CRDs."""
        return self.root / "crds"

    @property
    def kwok_stages(self) -> Path:
        """How kwok lets nodes and pods live."""
        return self.root / "kwok-stages"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's own folder."""
        return self.root / "pulumi-home"

    @property
    def stamps(self) -> Path:
        """How each part was obtained."""
        return self.root / "stamps"

    @contextmanager
    def temporary(self, label: str) -> Iterator[Path]:
        """A folder on the same file system as the results, removed afterwards.

        What lies in it becomes a result by a rename, so that a result is whole or absent.
        """
        (self.root / "tmp").mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=self.root / "tmp"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Removes what a killed set-up left half-made. Call it under the lock only."""
        shutil.rmtree(self.root / "tmp", ignore_errors=True)
