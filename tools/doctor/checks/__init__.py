"""The checks, one idea a file; each is a function from an installation to its findings."""

from collections.abc import Callable, Iterator
from typing import Final

from tools.doctor.checks.autoscalers import autoscalers
from tools.doctor.checks.certificates import certificates
from tools.doctor.checks.grafana import grafana
from tools.doctor.checks.monitors import monitors
from tools.doctor.checks.operator import operator
from tools.doctor.checks.release import release
from tools.doctor.checks.scheme import scheme
from tools.doctor.checks.targets import targets
from tools.doctor.checks.triggers import triggers
from tools.doctor.checks.trust import trust
from tools.doctor.checks.workloads import workloads
from tools.doctor.finding import Finding
from tools.doctor.installation import Installation

Check = Callable[[Installation], Iterator[Finding]]

CHECKS: Final[tuple[Check, ...]] = (
    release,
    operator,
    workloads,
    certificates,
    trust,
    scheme,
    autoscalers,
    triggers,
    grafana,
    monitors,
    targets,
)
"""In the order in which causes come before their consequences."""
