"""Google Managed Prometheus as its API server sees monitors and rules: definitions and admission policy, in short.

The fields, their limits and the rules are those of prometheus-engine 0.17; what the project never sets is left
out, so that setting it by mistake is refused too.
"""

from typing import Any, Final

Schema = dict[str, Any]

_LABEL: Final = "^[a-zA-Z_][a-zA-Z0-9_]*$"
_PROTECTED: Final = (
    "project_id",
    "location",
    "cluster",
    "namespace",
    "instance",
    "top_level_controller",
    "top_level_controller_type",
    "__address__",
)
_TEXT: Final[Schema] = {"type": "string"}
_LABELS: Final[Schema] = {"type": "object", "additionalProperties": _TEXT}


def _group(properties: Schema, *required: str, **more: object) -> Schema:
    group: Schema = {"type": "object", "properties": properties, **more}
    return {**group, "required": list(required)} if required else group


def _list(items: Schema, **more: object) -> Schema:
    return {"type": "array", "items": items, **more}


def _cel_list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


_UNPROTECTED: Final[Schema] = {
    "type": "string",
    "pattern": _LABEL,
    "x-kubernetes-validations": [{"rule": f"!(self in {_cel_list((*_PROTECTED, 'job'))})"}],
}
_RELABELING: Final = _group(
    {
        "action": {
            "type": "string",
            "enum": ["replace", "keep", "drop", "hashmod", "labeldrop", "labelkeep"],
        },
        "sourceLabels": _list({"type": "string", "pattern": _LABEL}, maxItems=100),
        "regex": {"type": "string", "maxLength": 10000},
        "targetLabel": _UNPROTECTED,
        "replacement": _TEXT,
    },
    **{
        "x-kubernetes-validations": [
            {"rule": "!has(self.action) || self.action != 'labeldrop' || has(self.regex)"}
        ]
    },
)
_SECRET: Final = _group({"secret": _group({"name": _TEXT, "key": _TEXT}, "name", "key")})
_ENDPOINT: Final = _group(
    {
        "port": {"type": "string", "minLength": 1, "maxLength": 253},
        "scheme": {"type": "string", "enum": ["http", "https"]},
        "path": _TEXT,
        "interval": {"type": "string", "format": "duration"},
        "authorization": _group(
            {
                "type": {
                    "type": "string",
                    "x-kubernetes-validations": [{"rule": "self != 'Basic'"}],
                },
                "credentials": _SECRET,
            }
        ),
        "metricRelabeling": _list(_RELABELING, maxItems=250),
    },
    "interval",
    "port",
)
_SELECTOR: Final = _group(
    {
        "matchLabels": _LABELS,
        "matchExpressions": _list(
            _group({"key": _TEXT, "operator": _TEXT, "values": _list(_TEXT)}, "key", "operator")
        ),
    }
)
_TARGET_LABELS: Final = _group(
    {
        "metadata": _list(
            {
                "type": "string",
                "enum": [
                    "container",
                    "node",
                    "pod",
                    "top_level_controller_name",
                    "top_level_controller_type",
                ],
            },
            **{"x-kubernetes-list-type": "set"},
        ),
        "fromPod": _list(_group({"from": _TEXT, "to": _UNPROTECTED}, "from"), maxItems=100),
    }
)

POD_MONITORING: Final[Schema] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "podmonitorings.monitoring.googleapis.com"},
    "spec": {
        "group": "monitoring.googleapis.com",
        "names": {
            "kind": "PodMonitoring",
            "listKind": "PodMonitoringList",
            "plural": "podmonitorings",
            "singular": "podmonitoring",
        },
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": _group(
                        {
                            "spec": _group(
                                {
                                    "selector": _SELECTOR,
                                    "endpoints": _list(_ENDPOINT, minItems=1, maxItems=10),
                                    "targetLabels": _TARGET_LABELS,
                                },
                                "selector",
                                "endpoints",
                            )
                        },
                        "spec",
                    )
                },
            }
        ],
    },
}

_DURATION: Final[Schema] = {"type": "string", "format": "duration"}
_RULE: Final = _group(
    {
        "record": {"type": "string", "pattern": "^[a-zA-Z_:][a-zA-Z0-9_:]*$"},
        "alert": _TEXT,
        "expr": _TEXT,
        "for": _DURATION,
        "labels": _LABELS,
        "annotations": _LABELS,
    },
    "expr",
    **{
        "x-kubernetes-validations": [
            {"rule": "(has(self.record) ? 1 : 0) + (has(self.alert) ? 1 : 0) == 1"},
            {"rule": "!has(self.annotations) || has(self.alert)"},
        ]
    },
)
_RULE_GROUPS: Final = _list(
    _group(
        {"name": _TEXT, "interval": _DURATION, "rules": _list(_RULE, minItems=1)}, "name", "rules"
    )
)


def _rules_definition(kind: str, scope: str) -> Schema:
    """Google's kinds of rules differ in their scope alone; singular and plural are one word."""
    word = kind.lower()
    spec = _group({"spec": _group({"groups": _RULE_GROUPS}, "groups")}, "spec")
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{word}.monitoring.googleapis.com"},
        "spec": {
            "group": "monitoring.googleapis.com",
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": word, "singular": word},
            "scope": scope,
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": spec},
                }
            ],
        },
    }


RULES: Final = _rules_definition("Rules", "Namespaced")
CLUSTER_RULES: Final = _rules_definition("ClusterRules", "Cluster")

_POLICY_NAME: Final = "protected-labels.monitoring.googleapis.com"
_EVERY_ENDPOINT: Final = "object.spec.endpoints.all(endpoint, {})"

POLICY: Final[Schema] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicy",
    "metadata": {"name": _POLICY_NAME},
    "spec": {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": ["monitoring.googleapis.com"],
                    "apiVersions": ["*"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["podmonitorings"],
                }
            ]
        },
        "validations": [
            {
                "expression": _EVERY_ENDPOINT.format(
                    "!has(endpoint.metricRelabeling) || endpoint.metricRelabeling.all(rule, "
                    f"!has(rule.regex) || !{_cel_list(_PROTECTED)}.exists(label, label.matches(rule.regex)))"
                ),
                "message": "a rule may touch a protected label",
            },
            {
                "expression": _EVERY_ENDPOINT.format(
                    "object.spec.endpoints.exists_one(other, other.port == endpoint.port)"
                ),
                "message": "a port is scraped twice",
            },
        ],
    },
}
"""Google's policies try each rule's expression on the protected labels, not anchored."""

BINDING: Final[Schema] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicyBinding",
    "metadata": {"name": _POLICY_NAME},
    "spec": {"policyName": _POLICY_NAME, "validationActions": ["Deny"]},
}
