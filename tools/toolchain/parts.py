"""The programs that the tool chain consists of, and what is known about each.

The pinned versions stand in `modules/<part>/go.mod`, or in that of another part; this file says
which versions of an already installed program do as well, where the makers publish programs with
checksums, and how to build.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.toolchain.platforms import Platform
from tools.toolchain.versions import (
    Version,
    VersionRange,
    exactly,
    same_major,
    same_minor,
    within_a_minor,
)

MODULES: Final = Path(__file__).resolve().parent / "modules"


@dataclass(frozen=True, kw_only=True)
class Program:
    """One executable.

    Attributes:
        name: File name of the executable.
        package: Go package of its `main`.
        ask_version: Arguments that make it print its version.
    """

    name: str
    package: str
    ask_version: tuple[str, ...] = ("--version",)


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file that the maker of a program publishes together with its checksum.

    Attributes:
        url: The archive, or the program itself.
        checksum_url: A file in the format of `sha256sum`, or one bare SHA-256.
        executables: File names to take out of the archive; the program itself has one.
    """

    url: str
    checksum_url: str
    executables: tuple[str, ...]


def _no_downloads(_version: Version, _platform: Platform) -> tuple[Download, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """Programs that come together, from one Go module.

    Attributes:
        name: What it is asked for by.
        module: Go module whose version is the pin.
        programs: What it gives.
        fits: Versions of an installed program that do as well as the pinned one.
        linker_values: What `go build` sets with `-X`; `{version}` is the pinned version.
        build_tags: Build tags of `go build`.
        downloads: The official files for a version and a machine; empty where none are published.
        optional: Made on request only; `up` does without it.
        version_of_pin: Turns the module's version into the program's.
        pinned_with: Name of the part whose go.mod holds the pin; empty for its own.
    """

    name: str
    module: str
    programs: tuple[Program, ...]
    fits: Callable[[Version], VersionRange]
    linker_values: tuple[str, ...] = ()
    build_tags: tuple[str, ...] = ()
    downloads: Callable[[Version, Platform], tuple[Download, ...]] = _no_downloads
    optional: bool = False
    version_of_pin: Callable[[Version], Version] = lambda pin: pin
    pinned_with: str = ""

    @property
    def folder(self) -> str:
        """Name of the folder in `modules` that holds its go.mod."""
        return self.pinned_with or self.name


def _pulumi_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    releases = f"https://github.com/pulumi/pulumi/releases/download/v{version}"
    processor = "x64" if platform.processor == "amd64" else platform.processor
    return (
        Download(
            url=f"{releases}/pulumi-v{version}-{platform.system}-{processor}.tar.gz",
            checksum_url=f"{releases}/pulumi-{version}-checksums.txt",
            executables=("pulumi", "pulumi-language-python", "pulumi-language-python-exec"),
        ),
    )


def _helm_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    archive = f"https://get.helm.sh/helm-v{version}-{platform.system}-{platform.processor}.tar.gz"
    return (Download(url=archive, checksum_url=f"{archive}.sha256sum", executables=("helm",)),)


def _etcd_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    releases = f"https://github.com/etcd-io/etcd/releases/download/v{version}"
    suffix = "zip" if platform.system == "darwin" else "tar.gz"
    return (
        Download(
            url=f"{releases}/etcd-v{version}-{platform.system}-{platform.processor}.{suffix}",
            checksum_url=f"{releases}/SHA256SUMS",
            executables=("etcd",),
        ),
    )


_CONTROL_PLANE: Final = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


def _kubernetes_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    if platform.system != "linux":
        return ()
    folder = f"https://dl.k8s.io/release/v{version}/bin/linux/{platform.processor}"
    return tuple(
        Download(
            url=f"{folder}/{name}", checksum_url=f"{folder}/{name}.sha256", executables=(name,)
        )
        for name in _CONTROL_PLANE
    )


def _kubectl_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    program = (
        f"https://dl.k8s.io/release/v{version}/bin/{platform.system}/{platform.processor}/kubectl"
    )
    return (Download(url=program, checksum_url=f"{program}.sha256", executables=("kubectl",)),)


def _alertmanager_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    releases = f"https://github.com/prometheus/alertmanager/releases/download/v{version}"
    archive = f"alertmanager-{version}.{platform.system}-{platform.processor}.tar.gz"
    return (
        Download(
            url=f"{releases}/{archive}",
            checksum_url=f"{releases}/sha256sums.txt",
            executables=("alertmanager",),
        ),
    )


def _prometheus_downloads(version: Version, platform: Platform) -> tuple[Download, ...]:
    releases = f"https://github.com/prometheus/prometheus/releases/download/v{version}"
    archive = f"prometheus-{version}.{platform.system}-{platform.processor}.tar.gz"
    return (
        Download(
            url=f"{releases}/{archive}",
            checksum_url=f"{releases}/sha256sums.txt",
            executables=("prometheus", "promtool"),
        ),
    )


def prometheus_version(pin: Version) -> Version:
    """The program's version behind a Go module version of Prometheus.

    Prometheus 3.x is published to Go as v0.3xx: v0.316.0 is 3.16.0.
    https://github.com/prometheus/prometheus#prometheus-code-base
    """
    return Version(pin.minor // 100, pin.minor % 100, pin.patch)


_KUBERNETES_VERSION: Final = (
    "k8s.io/component-base/version.gitVersion=v{version}",
    "k8s.io/component-base/version.gitMajor=1",
    "k8s.io/component-base/version.gitMinor=36",
)

PARTS: Final = (
    Part(
        name="pulumi",
        module="github.com/pulumi/pulumi/pkg/v3",
        programs=(
            Program(
                name="pulumi",
                package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                ask_version=("version",),
            ),
        ),
        fits=same_major,
        # Without it `pulumi version` is empty and the Automation API refuses the program.
        linker_values=("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{version}",),
        downloads=_pulumi_downloads,
    ),
    Part(
        name="helm",
        module="helm.sh/helm/v3",
        programs=(
            Program(
                name="helm",
                package="helm.sh/helm/v3/cmd/helm",
                ask_version=("version", "--short"),
            ),
        ),
        fits=lambda _pin: same_major(Version(3, 18, 0)),
        # Without the Kubernetes version `helm template` renders for Kubernetes 1.20.
        linker_values=(
            "helm.sh/helm/v3/internal/version.version=v{version}",
            "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1",
            "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36",
            "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1",
            "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=36",
        ),
        downloads=_helm_downloads,
    ),
    Part(
        name="etcd",
        module="go.etcd.io/etcd/server/v3",
        programs=(Program(name="etcd", package="go.etcd.io/etcd/server/v3"),),
        # An older one breaks the watches of current Kubernetes clients.
        fits=lambda _pin: same_major(Version(3, 4, 25)),
        downloads=_etcd_downloads,
    ),
    Part(
        name="kubernetes",
        module="k8s.io/kubernetes",
        programs=tuple(
            Program(name=name, package=f"k8s.io/kubernetes/cmd/{name}") for name in _CONTROL_PLANE
        ),
        fits=same_minor,
        linker_values=_KUBERNETES_VERSION,
        downloads=_kubernetes_downloads,
    ),
    Part(
        name="kwok",
        module="sigs.k8s.io/kwok",
        programs=(Program(name="kwok", package="sigs.k8s.io/kwok/cmd/kwok"),),
        fits=same_minor,
    ),
    Part(
        name="prometheus-operator",
        module="github.com/prometheus-operator/prometheus-operator",
        programs=(
            Program(
                name="prometheus-operator",
                package="github.com/prometheus-operator/prometheus-operator/cmd/operator",
            ),
            Program(
                name="prometheus-config-reloader",
                package="github.com/prometheus-operator/prometheus-operator/cmd/prometheus-config-reloader",
            ),
        ),
        fits=exactly,
        linker_values=("github.com/prometheus/common/version.Version={version}",),
        optional=True,
    ),
    Part(
        name="prometheus",
        module="github.com/prometheus/prometheus",
        programs=tuple(
            Program(name=name, package=f"github.com/prometheus/prometheus/cmd/{name}")
            for name in ("prometheus", "promtool")
        ),
        fits=lambda _pin: same_major(Version(3, 0, 0)),
        linker_values=("github.com/prometheus/common/version.Version={version}",),
        # Without the other clouds' SDKs: the tests discover targets in Kubernetes only.
        # https://github.com/prometheus/prometheus#service-discovery-plugins
        build_tags=("remove_all_sd", "enable_kubernetes_sd"),
        downloads=_prometheus_downloads,
        optional=True,
        version_of_pin=prometheus_version,
    ),
    Part(
        name="alertmanager",
        module="github.com/prometheus/alertmanager",
        # Later Go modules lack the generated files of the web interface and can't be built.
        programs=(
            Program(
                name="alertmanager", package="github.com/prometheus/alertmanager/cmd/alertmanager"
            ),
        ),
        fits=lambda _pin: same_major(Version(0, 28, 0)),
        linker_values=("github.com/prometheus/common/version.Version={version}",),
        downloads=_alertmanager_downloads,
        optional=True,
    ),
    Part(
        name="kubectl",
        module="k8s.io/kubernetes",
        programs=(
            Program(
                name="kubectl",
                package="k8s.io/kubernetes/cmd/kubectl",
                ask_version=("version", "--client"),
            ),
        ),
        fits=within_a_minor,
        linker_values=_KUBERNETES_VERSION,
        downloads=_kubectl_downloads,
        optional=True,
        pinned_with="kubernetes",
    ),
)


def part_named(name: str) -> Part:
    """The part of a name.

    Raises:
        KeyError: There is none.
    """
    return next(part for part in PARTS if part.name == name)
