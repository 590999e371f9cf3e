{{/* Names: the same rules as kube-prometheus-stack 88.5.3, so that nothing else needs to know which chart is installed. */}}

{{- define "stack.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 26 characters: the longest suffix that is put after it has 37. */}}
{{- define "stack.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $joined := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $joined .Values.fullnameOverride | trunc 26 | trimSuffix "-" -}}
{{- end -}}

{{- define "stack.operator" -}}
{{- default (printf "%s-operator" (include "stack.fullname" .)) .Values.prometheusOperator.fullnameOverride | trunc 35 | trimSuffix "-" -}}
{{- end -}}

{{- define "stack.prometheus" -}}
{{- include "stack.fullname" . }}{{ if not .Values.cleanPrometheusOperatorObjectNames }}-prometheus{{ end -}}
{{- end -}}

{{- define "stack.alertmanager" -}}
{{- include "stack.fullname" . }}{{ if not .Values.cleanPrometheusOperatorObjectNames }}-alertmanager{{ end -}}
{{- end -}}

{{- define "stack.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "stack.alertmanagerNamespace" -}}
{{- default (include "stack.namespace" .) .Values.alertmanager.namespaceOverride -}}
{{- end -}}

{{/* The sub-chart doesn't see the stack's namespaceOverride, so neither do the objects that belong to it. */}}
{{- define "stack.grafanaNamespace" -}}
{{- default .Release.Namespace .Values.grafana.namespaceOverride -}}
{{- end -}}

{{/* The service account of a component. Takes: account (the component's serviceAccount values), name (if it makes its own). */}}
{{- define "stack.serviceAccount" -}}
{{- default (ternary .name "default" .account.create) .account.name -}}
{{- end -}}

{{- define "stack.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.Version | quote }}
app.kubernetes.io/part-of: {{ include "stack.name" . }}
chart: {{ .Chart.Name }}-{{ .Chart.Version }}
release: {{ .Release.Name | quote }}
heritage: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "stack.operatorLabels" -}}
app: {{ include "stack.name" . }}-operator
app.kubernetes.io/name: {{ include "stack.name" . }}-prometheus-operator
app.kubernetes.io/component: prometheus-operator
{{ include "stack.labels" . }}
{{- end -}}

{{- define "stack.admissionLabels" -}}
app.kubernetes.io/name: {{ include "stack.name" . }}-prometheus-operator
app.kubernetes.io/component: prometheus-operator-webhook
{{ include "stack.labels" . }}
{{- end -}}
