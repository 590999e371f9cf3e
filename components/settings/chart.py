"""Where kube-prometheus-stack comes from, and how Helm installs it."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.values import ChartUrl, ExactVersion

DEFAULT_CHART_REPOSITORY: Final = "oci://ghcr.io/prometheus-community/charts"
DEFAULT_CHART_VERSION: Final = "88.5.3"


class ChartSettings(Closed):
    """Where kube-prometheus-stack comes from."""

    repository: ChartUrl | None = None
    """Helm repository (`https://`) or OCI registry folder (`oci://`) that holds `kube-prometheus-stack`; unset: the
    project's own, `oci://ghcr.io/prometheus-community/charts`."""

    path: Annotated[str, Field(min_length=1)] | None = None
    """Folder or `.tgz` of the chart on disk, relative to the project; excludes `repository` and `version`."""

    version: ExactVersion | None = None
    """Chart version; unset: 88.5.3, the one that this program is tested with."""

    timeout_seconds: Annotated[int, Field(ge=60, le=7200)] = 900
    """How long one install or upgrade may take before it is rolled back."""

    history_limit: Annotated[int, Field(ge=1, le=100)] = 10
    """How many revisions of the release Helm keeps."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        refuse_two_origins(self.path, self.repository, self.version)
        return self

    @property
    def pinned_version(self) -> str | None:
        """The version to install; `None` for a chart on disk, which is its own pin."""
        return None if self.path else (self.version or DEFAULT_CHART_VERSION)


def refuse_two_origins(path: str | None, repository: str | None, version: str | None) -> None:
    """Holds the keys that say where a chart comes from to one answer.

    Raises:
        ContradictionError: They name two charts.
    """
    if path is not None and (repository is not None or version is not None):
        raise ContradictionError(
            "path names one chart already", allowed="path alone, or repository and version"
        )
