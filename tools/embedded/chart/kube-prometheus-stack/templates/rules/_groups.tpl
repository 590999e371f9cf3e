{{/*
The default rules, a PrometheusRule each. rule: its key in defaultRules.rules. Written for this chart; kube-prometheus-stack
has many more.
*/}}
{{- define "stack.ruleGroups" -}}
- rule: general
  name: general.rules
  rules:
    - alert: Watchdog
      expr: vector(1)
      labels: {severity: none}
      annotations:
        summary: Alerts reach their receiver.
        description: This alert always fires. Let the receiver complain when it stops.
    - alert: TargetDown
      expr: >-
        100 * (1 - avg by (cluster, job, namespace, service) (up)) > 10
      for: 10m
      labels: {severity: warning}
      annotations:
        summary: Prometheus can't scrape some targets.
        description: {{ printf "%q" "{{ $value | printf \"%.0f\" }}% of the targets of job {{ $labels.job }} in namespace {{ $labels.namespace }} are down." }}
- rule: prometheus
  name: prometheus
  rules:
    - alert: PrometheusBadConfig
      expr: min_over_time(prometheus_config_last_reload_successful{job="{{ include "stack.fullname" . }}-prometheus"}[5m]) == 0
      for: 10m
      labels: {severity: critical}
      annotations:
        summary: Prometheus runs with an old configuration, as it can't load the new one.
    - alert: PrometheusRuleFailures
      expr: increase(prometheus_rule_evaluation_failures_total{job="{{ include "stack.fullname" . }}-prometheus"}[5m]) > 0
      for: 15m
      labels: {severity: critical}
      annotations:
        summary: Prometheus fails to evaluate some rules.
{{- end -}}
