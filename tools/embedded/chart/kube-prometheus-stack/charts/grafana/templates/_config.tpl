{{/* The files of the ConfigMap: grafana.ini and what is provisioned from values. */}}
{{- define "grafana.config" -}}
{{- $ini := index .Values "grafana.ini" -}}
{{- if .Values.assertNoLeakedSecrets -}}
{{- range $path := list "database.password" "security.admin_password" "security.secret_key" "smtp.password" "auth.generic_oauth.client_secret" "auth.google.client_secret" "auth.github.client_secret" "auth.gitlab.client_secret" "auth.azuread.client_secret" "auth.okta.client_secret" "auth.ldap.bind_password" -}}
{{- $parts := splitList "." $path -}}
{{- $value := index (default dict (index $ini (join "." (initial $parts)))) (last $parts) -}}
{{- if and (not (kindIs "invalid" $value)) (not (regexMatch "\\$(__(env|file|vault))?{[^}]+}" (toString $value))) -}}
{{- fail (printf "grafana.ini: %s would stand in a ConfigMap in clear. Refer to it by ${__env{NAME}} or $__file{/path}, or set assertNoLeakedSecrets: false." $path) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.plugins }}
plugins: {{ join "," . | quote }}
{{- end }}
grafana.ini: |
{{- with include "grafana.iniLines" (dict "root" . "lines" $ini) }}
  {{- . | nindent 2 }}
{{- end }}
{{- range $section, $lines := $ini }}
{{- if kindIs "map" $lines }}
  [{{ $section }}]
  {{- include "grafana.iniLines" (dict "root" $ "lines" $lines) | nindent 2 }}
{{- end }}
{{- end }}
{{- range $file, $content := .Values.datasources }}
{{- if not (hasKey $content "secret") }}
{{ $file }}: |
  {{- tpl (toYaml $content) $ | nindent 2 }}
{{- end }}
{{- end }}
{{- range $file, $content := .Values.dashboardProviders }}
{{ $file }}: |
  {{- toYaml $content | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "grafana.iniLines" -}}
{{- $text := list -}}
{{- range $key, $value := .lines -}}
{{- if kindIs "string" $value -}}
{{- $text = append $text (printf "%s = %s" $key (tpl $value $.root)) -}}
{{- else if kindIs "slice" $value -}}
{{- $text = append $text (printf "%s = %s" $key (toJson $value)) -}}
{{- else if kindIs "invalid" $value -}}
{{- $text = append $text (printf "%s =" $key) -}}
{{- else if not (kindIs "map" $value) -}}
{{- $text = append $text (printf "%s = %v" $key $value) -}}
{{- end -}}
{{- end -}}
{{- join "\n" $text -}}
{{- end -}}

{{/* How Grafana finds the dashboards that the sidecar has written. */}}
{{- define "grafana.dashboardProvider" -}}
{{- $sidecar := .Values.sidecar.dashboards -}}
{{- $provider := $sidecar.provider -}}
apiVersion: 1
providers:
  - name: {{ $provider.name }}
    orgId: {{ $provider.orgid }}
    {{- if not $provider.foldersFromFilesStructure }}
    folder: {{ $provider.folder | quote }}
    folderUid: {{ $provider.folderUid | quote }}
    {{- end }}
    type: {{ $provider.type }}
    disableDeletion: {{ $provider.disableDelete }}
    allowUiUpdates: {{ $provider.allowUiUpdates }}
    updateIntervalSeconds: {{ default 30 $provider.updateIntervalSeconds }}
    options:
      foldersFromFilesStructure: {{ $provider.foldersFromFilesStructure }}
      path: {{ $sidecar.folder }}{{ with $sidecar.defaultFolderName }}/{{ . }}{{ end }}
{{- end -}}

{{/* The administrator's Secret. A password that is there already stays: only a live cluster can tell. */}}
{{- define "grafana.admin" -}}
{{- if include "grafana.makesAdmin" . -}}
{{- $before := lookup "v1" "Secret" (include "grafana.namespace" .) (include "grafana.fullname" .) -}}
admin-user: {{ .Values.adminUser | b64enc | quote }}
{{- if .Values.adminPassword }}
admin-password: {{ .Values.adminPassword | b64enc | quote }}
{{- else if index (default dict $before.data) "admin-password" }}
admin-password: {{ index $before.data "admin-password" | quote }}
{{- else }}
admin-password: {{ randAlphaNum 40 | b64enc | quote }}
{{- end }}
ldap-toml: ""
{{- end -}}
{{- end -}}
