"""Charts as small as can be, which take the values of the autoscalers' own and give objects the same names.

So are labels, mounts, environment and arguments, by which an autoscaler's way to Prometheus can be told from outside.
"""

from pathlib import Path
from typing import Final

_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  namespace: "{{ .Release.Namespace }}"
  labels: {app.kubernetes.io/name: LABEL}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata:
      labels: {app: NAME}
"""

_CONTAINER: Final = """
      containers:
        - name: main
          image: registry.example.com/x:1
"""


def _deployment(name: str, label: str) -> str:
    return _DEPLOYMENT.replace("NAME", name).replace("LABEL", label)


_ADAPTER: Final = (
    _deployment("prometheus-adapter", "prometheus-adapter")
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

_REFERENCES: Final = """
                      type: array
                      items:
                        type: object
                        required: [key, name, parameter]
                        properties:
                          key: {type: string}
                          name: {type: string}
                          parameter: {type: string}
"""


def _authentication(kind: str, scope: str) -> str:
    plural = f"{kind.lower()}s"
    return f"""
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.keda.sh}}
spec:
  group: keda.sh
  scope: {scope}
  names: {{kind: {kind}, plural: {plural}, singular: {kind.lower()}}}
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                secretTargetRef: {_REFERENCES}
                configMapTargetRef: {_REFERENCES}
"""


_SCALED_OBJECTS: Final = """
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: scaledobjects.keda.sh}
spec:
  group: keda.sh
  scope: Namespaced
  names: {kind: ScaledObject, plural: scaledobjects, singular: scaledobject}
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [scaleTargetRef, triggers]
              properties:
                scaleTargetRef:
                  type: object
                  required: [name]
                  properties: {name: {type: string}}
                triggers:
                  type: array
                  items:
                    type: object
                    required: [metadata, type]
                    properties:
                      type: {type: string}
                      metadata: {type: object, additionalProperties: {type: string}}
                      authenticationRef:
                        type: object
                        required: [name]
                        properties:
                          name: {type: string}
                          kind: {type: string, enum: [TriggerAuthentication, ClusterTriggerAuthentication]}
"""

_KEDA: Final = (
    _deployment("keda-operator", "keda-operator")
    + """
      annotations: {{ dig "keda" dict (.Values.podAnnotations | default dict) | toJson }}
    spec:
      volumes: {{ dig "keda" "extraVolumes" list (.Values.volumes | default dict) | toJson }}
"""
    + _CONTAINER
    + """
          args:
            - --leader-elect
            {{- range dig "operator" "caDirs" list (.Values.certificates | default dict) }}
            - --ca-dir={{ . }}
            {{- end }}
          volumeMounts: {{ dig "keda" "extraVolumeMounts" list (.Values.volumes | default dict) | toJson }}
"""
    + _authentication("TriggerAuthentication", "Namespaced")
    + _authentication("ClusterTriggerAuthentication", "Cluster")
    + _SCALED_OBJECTS
)

_WVA: Final = "workload-variant-autoscaler"
_WVA_CONFIG: Final = f"{_WVA}-variantautoscaling-config"


def _from_config(key: str) -> str:
    reference = f"{{configMapKeyRef: {{name: {_WVA_CONFIG}, key: {key}}}}}"
    return f"            - {{name: {key}, valueFrom: {reference}}}\n"


def _authority(namespace: str) -> str:
    return f"""
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {_WVA}-prometheus-ca
  namespace: "{{{{ {namespace} }}}}"
  labels: {{app.kubernetes.io/name: {_WVA}}}
data:
  ca.crt: {{{{ .Values.wva.prometheus.caCert | default "# none" | toJson }}}}
"""


_VARIANT: Final = (
    _deployment(f"{_WVA}-controller-manager", _WVA)
    + f"""
    spec:
      volumes: [{{name: prometheus-ca-cert, configMap: {{name: {_WVA}-prometheus-ca, optional: true}}}}]
"""
    + _CONTAINER
    + """
          volumeMounts:
            - name: prometheus-ca-cert
              mountPath: /etc/ssl/certs/prometheus-ca.crt
              subPath: ca.crt
              readOnly: true
          env:
"""
    + _from_config("PROMETHEUS_BASE_URL")
    + _from_config("PROMETHEUS_TLS_INSECURE_SKIP_VERIFY")
    + _from_config("PROMETHEUS_CA_CERT_PATH")
    + _authority(".Release.Namespace")
    + _authority(".Values.wva.prometheus.monitoringNamespace")
    + f"""
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {_WVA_CONFIG}
  namespace: "{{{{ .Release.Namespace }}}}"
  labels: {{app.kubernetes.io/name: {_WVA}}}
data:
  PROMETHEUS_BASE_URL: {{{{ .Values.wva.prometheus.baseURL | quote }}}}
  PROMETHEUS_CA_CERT_PATH: {{{{ .Values.wva.prometheus.tls.caCertPath | quote }}}}
  PROMETHEUS_TLS_INSECURE_SKIP_VERIFY: {{{{ .Values.wva.prometheus.tls.insecureSkipVerify | quote }}}}
"""
)

_TEMPLATES: Final = {"prometheus-adapter": _ADAPTER, "keda": _KEDA, _WVA: _VARIANT}


def write_charts(folder: Path) -> None:
    """Writes a chart for each autoscaler below a folder."""
    for name, template in _TEMPLATES.items():
        chart = folder / name
        (chart / "templates").mkdir(parents=True)
        (chart / "Chart.yaml").write_text(
            f"apiVersion: v2\nname: {name}\nversion: 0.0.1\n", encoding="utf-8"
        )
        (chart / "templates" / "all.yaml").write_text(template, encoding="utf-8")
