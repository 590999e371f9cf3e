{{/* How values become fields of an object. The sub-charts use these, too. */}}

{{/*
The fields that have a value other than the type's empty one, as YAML. Values and object call them the same.
Takes: from (values), fields (names).
*/}}
{{- define "stack.filled" -}}
{{- $chosen := dict -}}
{{- range $field := .fields -}}
{{- with index $.from $field -}}
{{- $_ := set $chosen $field . -}}
{{- end -}}
{{- end -}}
{{- if $chosen -}}{{- toYaml $chosen -}}{{- end -}}
{{- end -}}

{{/* The fields that are set at all, false and 0 among them. Takes what stack.filled takes. */}}
{{- define "stack.given" -}}
{{- $chosen := dict -}}
{{- range $field := .fields -}}
{{- if not (kindIs "invalid" (index $.from $field)) -}}
{{- $_ := set $chosen $field (index $.from $field) -}}
{{- end -}}
{{- end -}}
{{- if $chosen -}}{{- toYaml $chosen -}}{{- end -}}
{{- end -}}

{{/* An image's name. Takes: image (registry, repository, tag, sha), registry (replaces the image's), tag (if it has none). */}}
{{- define "stack.image" -}}
{{- $tag := default .tag .image.tag -}}
{{- default .image.registry .registry }}/{{ .image.repository }}
{{- with $tag }}:{{ . }}{{ end }}
{{- with .image.sha }}@sha256:{{ . }}{{ end }}
{{- end -}}

{{/* global.imagePullSecrets holds names or {name: ...}; Kubernetes wants the latter. */}}
{{- define "stack.imagePullSecrets" -}}
{{- $secrets := list -}}
{{- range .Values.global.imagePullSecrets -}}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) -}}
{{- end -}}
{{- with $secrets -}}imagePullSecrets: {{ toJson . }}{{- end -}}
{{- end -}}

{{/*
A selector of monitors or rules, and of their namespaces. An empty one selects everything, an absent one nothing.
Takes: root, kind (the field's name without "Selector").
*/}}
{{- define "stack.selector" -}}
{{- $spec := .root.Values.prometheus.prometheusSpec -}}
{{- $field := printf "%sSelector" .kind -}}
{{- $own := index $spec $field -}}
{{- if $own }}
{{ $field }}:
  {{- tpl (toYaml $own) .root | nindent 2 }}
{{- else if get $spec (printf "%sNilUsesHelmValues" $field) }}
{{ $field }}:
  matchLabels:
    release: {{ .root.Release.Name | quote }}
{{- else if not (and (kindIs "invalid" $own) (has .kind (list "rule" "scrapeConfig"))) }}
{{ $field }}: {}
{{- end }}
{{- $namespaces := index $spec (printf "%sNamespaceSelector" .kind) }}
{{- if not (and (kindIs "invalid" $namespaces) (eq .kind "scrapeConfig")) }}
{{ .kind }}NamespaceSelector:
  {{- tpl (toYaml (default dict $namespaces)) .root | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What Prometheus reads from Secrets that this chart makes: the value's key, the Secret's suffix, the file in it. */}}
{{- define "stack.additionalConfigs" -}}
- {field: additionalScrapeConfigs, suffix: prometheus-scrape-confg, file: additional-scrape-configs.yaml}
- {field: additionalAlertManagerConfigs, suffix: prometheus-am-confg, file: additional-alertmanager-configs.yaml}
- {field: additionalAlertRelabelConfigs, suffix: prometheus-am-relabel-confg, file: additional-alert-relabel-configs.yaml}
{{- end -}}

{{/* affinity of an operator's pod. Takes: spec (affinity, podAntiAffinity, podAntiAffinityTopologyKey), labels (of the pods to keep apart). */}}
{{- define "stack.affinity" -}}
{{- $affinity := deepCopy (default dict .spec.affinity) -}}
{{- $terms := list -}}
{{- range $key, $value := .labels -}}
{{- $terms = append $terms (dict "key" $key "operator" "In" "values" (list $value)) -}}
{{- end -}}
{{- $term := dict "topologyKey" .spec.podAntiAffinityTopologyKey "labelSelector" (dict "matchExpressions" $terms) -}}
{{- if eq .spec.podAntiAffinity "hard" -}}
{{- $_ := set $affinity "podAntiAffinity" (dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term)) -}}
{{- else if eq .spec.podAntiAffinity "soft" -}}
{{- $_ := set $affinity "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term))) -}}
{{- end -}}
{{- with $affinity -}}affinity: {{ toJson . }}{{- end -}}
{{- end -}}

{{/* ports, addresses and policy that the Services of Prometheus, Alertmanager and operator share. Takes: service (values). */}}
{{- define "stack.serviceFields" -}}
type: {{ .service.type | quote }}
{{- with include "stack.filled" (dict "from" .service "fields" (list "clusterIP" "externalIPs" "loadBalancerIP" "loadBalancerSourceRanges" "sessionAffinity")) }}
{{ . }}
{{- end }}
{{- if ne .service.type "ClusterIP" }}
externalTrafficPolicy: {{ .service.externalTrafficPolicy }}
{{- end }}
{{- if eq (default "" .service.sessionAffinity) "ClientIP" }}
sessionAffinityConfig: {{ toJson .service.sessionAffinityConfig }}
{{- end }}
{{- if .service.ipDualStack.enabled }}
{{ include "stack.filled" (dict "from" .service.ipDualStack "fields" (list "ipFamilies" "ipFamilyPolicy")) }}
{{- end }}
{{- end -}}

{{/* limits of a ServiceMonitor's scrapes */}}
{{- define "stack.scrapeLimits" -}}
{{- include "stack.filled" (dict "from" . "fields" (list "sampleLimit" "targetLimit" "labelLimit" "labelNameLengthLimit" "labelValueLengthLimit")) -}}
{{- end -}}

{{/* what every endpoint of a ServiceMonitor takes from its values */}}
{{- define "stack.scrapeFields" -}}
{{- include "stack.filled" (dict "from" . "fields" (list "interval" "scrapeTimeout" "proxyUrl" "scheme" "tlsConfig" "bearerTokenFile" "metricRelabelings" "relabelings")) -}}
{{- end -}}
