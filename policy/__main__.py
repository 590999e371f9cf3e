"""The policy pack: `pulumi preview --stack prod --policy-pack policy`. See docs/policy.md.

It has an environment of its own (`requirements.txt`), since the policy SDK wants an older protobuf than the program.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

from policy.checks import POLICIES, is_production
from policy.observed import broken, stack_of


def _policy(name: str, *, mandatory: bool) -> ResourceValidationPolicy:
    """Returns a policy that is silent on stacks of the other kind: one pack serves all of them."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if is_production(stack_of(args.urn)) is not mandatory:
            return
        found = broken(
            name, args.resource_type, args.name, args.props, protect=bool(args.opts.protect)
        )
        for problem in found:
            report(f"{args.name}: {problem}", None)

    return ResourceValidationPolicy(
        name=name if mandatory else f"{name}-advice",
        description=str(POLICIES[name].__doc__),
        enforcement_level=EnforcementLevel.MANDATORY if mandatory else EnforcementLevel.ADVISORY,
        validate=validate,
    )


PolicyPack(
    name="llmd-monitoring",
    policies=[
        _policy(name, mandatory=mandatory) for name in POLICIES for mandatory in (True, False)
    ],
)
