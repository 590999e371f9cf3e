"""The workload-variant autoscaler, in both generations of names."""

from rules.promql import aggregate, first_known, rate
from rules.rule import Group, Recording


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-autoscaler",
        rules=(
            _replicas("desired"),
            _replicas("current"),
            Recording(
                record="llmd:autoscaler_scalings:rate5m",
                expr=_of_variant(
                    first_known(
                        rate("wva_replica_scaling_total"), rate("inferno_replica_scaling_total")
                    ),
                    "sum",
                    *("direction", "reason"),
                ),
            ),
            Recording(
                record="llmd:autoscaler_errors:rate5m",
                expr=aggregate("sum", ("job", "component", "error_type"), rate("wva_errors_total")),
            ),
        ),
    )


def _replicas(what: str) -> Recording:
    return Recording(
        record=f"llmd:autoscaler_{what}_replicas:max",
        expr=_of_variant(first_known(f"wva_{what}_replicas", f"inferno_{what}_replicas"), "max"),
    )


def _of_variant(expression: str, operation: str, *labels: str) -> str:
    """The autoscaler's own `namespace` is the variant's; scraping renames it unless the monitor honours it."""
    inner = aggregate(
        operation, ("namespace", "exported_namespace", "variant_name", *labels), expression
    )
    inner = f'label_replace({inner}, "namespace", "$1", "exported_namespace", "(.+)")'
    inner = f'label_replace({inner}, "variant", "$1", "variant_name", "(.+)")'
    return aggregate(operation, ("namespace", "variant", *labels), inner)
