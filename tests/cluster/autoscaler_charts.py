"""Charts as small as can be, which take the values of the autoscalers' own and give objects the same names."""

from pathlib import Path
from typing import Final

_CONTAINER: Final = """
      containers:
        - name: main
          image: registry.example.com/x:1
"""

_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: "{{ .Release.Namespace }}"}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata:
      labels: {app: NAME}
"""

_ADAPTER: Final = (
    _DEPLOYMENT.replace("NAME", "prometheus-adapter")
    + """
      annotations: {{ .Values.podAnnotations | default dict | toJson }}
    spec:
      volumes: {{ .Values.extraVolumes | default list | toJson }}
"""
    + _CONTAINER
    + """
          args:
            - --prometheus-url={{ .Values.prometheus.url }}:{{ .Values.prometheus.port }}
            {{- range .Values.extraArguments }}
            - {{ . }}
            {{- end }}
          volumeMounts: {{ .Values.extraVolumeMounts | default list | toJson }}
"""
)

_KEDA: Final = (
    _DEPLOYMENT.replace("NAME", "keda-operator")
    + """
      annotations: {{ dig "keda" dict (.Values.podAnnotations | default dict) | toJson }}
    spec:
"""
    + _CONTAINER
    + """
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: triggerauthentications.keda.sh}
spec:
  group: keda.sh
  scope: Namespaced
  names: {kind: TriggerAuthentication, plural: triggerauthentications, singular: triggerauthentication}
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
)

_VARIANT: Final = (
    _DEPLOYMENT.replace("NAME", "workload-variant-autoscaler-controller-manager")
    + "    spec:"
    + _CONTAINER
    + """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: workload-variant-autoscaler-prometheus-ca, namespace: "{{ .Release.Namespace }}"}
data:
  ca.crt: {{ .Values.wva.prometheus.caCert | default "# none" | toJson }}
"""
)

_TEMPLATES: Final = {
    "prometheus-adapter": _ADAPTER,
    "keda": _KEDA,
    "workload-variant-autoscaler": _VARIANT,
}


def write_charts(folder: Path) -> None:
    """Writes a chart for each autoscaler below a folder."""
    for name, template in _TEMPLATES.items():
        chart = folder / name
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text(
            f"apiVersion: v2\nname: {name}\nversion: 0.0.1\n", encoding="utf-8"
        )
        (chart / "templates" / "all.yaml").write_text(template, encoding="utf-8")
