{{- define "grafana.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "grafana.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $joined := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $joined .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "grafana.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "grafana.serviceAccount" -}}
{{- default (ternary (include "grafana.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "grafana.selectorLabels" -}}
app.kubernetes.io/name: {{ include "grafana.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "grafana.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{ include "grafana.selectorLabels" . }}
app.kubernetes.io/version: {{ default .Chart.AppVersion .Values.image.tag | quote }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Whether this chart makes the Secret with the administrator's name and password: "true" or nothing. */}}
{{- define "grafana.makesAdmin" -}}
{{- if not (or .Values.admin.existingSecret .Values.env.GF_SECURITY_ADMIN_PASSWORD .Values.env.GF_SECURITY_ADMIN_PASSWORD__FILE .Values.env.GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION) -}}
true
{{- end -}}
{{- end -}}

{{/*
Environment variables with the administrator's name and password, out of a Secret.
Takes: root, user and password (what the variables are called).
*/}}
{{- define "grafana.adminEnv" -}}
{{- $env := .root.Values.env -}}
{{- $admin := .root.Values.admin -}}
{{- $secret := default (include "grafana.fullname" .root) (tpl $admin.existingSecret .root) -}}
{{- if not (or $env.GF_SECURITY_ADMIN_USER $env.GF_SECURITY_ADMIN_USER__FILE $env.GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION) }}
- name: {{ .user }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ default "admin-user" $admin.userKey }}
{{- end }}
{{- if not (or $env.GF_SECURITY_ADMIN_PASSWORD $env.GF_SECURITY_ADMIN_PASSWORD__FILE $env.GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION) }}
- name: {{ .password }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ default "admin-password" $admin.passwordKey }}
{{- end }}
{{- end -}}
