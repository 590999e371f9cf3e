"""The settings of Google's operator as an API server sees them: the definition of their kind, in short.

Fields are those of prometheus-engine 0.17. A kind without `spec`; what the project never sets is left out of
the definition, but for what a test's administrator sets.
"""

from typing import Any, Final

_SWITCH: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"enabled": {"type": "boolean"}},
}

OPERATOR_CONFIG: Final[dict[str, Any]] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "operatorconfigs.monitoring.googleapis.com"},
    "spec": {
        "group": "monitoring.googleapis.com",
        "names": {
            "kind": "OperatorConfig",
            "listKind": "OperatorConfigList",
            "plural": "operatorconfigs",
            "singular": "operatorconfig",
        },
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "features": {
                                "type": "object",
                                "properties": {"targetStatus": _SWITCH},
                            },
                            "collection": {
                                "type": "object",
                                "properties": {"compression": {"type": "string"}},
                            },
                        },
                    }
                },
            }
        ],
    },
}
