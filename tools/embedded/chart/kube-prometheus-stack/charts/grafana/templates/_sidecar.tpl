{{/*
A container that copies ConfigMaps and Secrets with a label into a folder and has Grafana load them.
Takes: root, name (of the container), sidecar (its values), folder (where it writes), volume.
*/}}
{{- define "grafana.sidecar" -}}
{{- $shared := .root.Values.sidecar -}}
- name: {{ .name }}
  image: {{ include "stack.image" (dict "image" $shared.image "registry" .root.Values.global.imageRegistry "tag" "") | quote }}
  imagePullPolicy: {{ $shared.imagePullPolicy }}
  env:
    {{- range $name, $value := .sidecar.env }}
    - name: {{ $name }}
      value: {{ $value | quote }}
    {{- end }}
    {{- range $name, $source := .sidecar.envValueFrom }}
    - name: {{ $name }}
      valueFrom:
        {{- tpl (toYaml $source) $.root | nindent 8 }}
    {{- end }}
    - name: METHOD
      value: {{ .sidecar.watchMethod }}
    - name: LABEL
      value: {{ tpl .sidecar.label .root | quote }}
    {{- with .sidecar.labelValue }}
    - name: LABEL_VALUE
      value: {{ tpl . $.root | quote }}
    {{- end }}
    {{- with coalesce .sidecar.logLevel $shared.logLevel }}
    - name: LOG_LEVEL
      value: {{ . }}
    {{- end }}
    - name: FOLDER
      value: {{ .folder | quote }}
    - name: RESOURCE
      value: {{ .sidecar.resource | quote }}
    {{- with .sidecar.resourceName }}
    - name: RESOURCE_NAME
      value: {{ . | quote }}
    {{- end }}
    {{- if $shared.enableUniqueFilenames }}
    - name: UNIQUE_FILENAMES
      value: "true"
    {{- end }}
    {{- with .sidecar.searchNamespace }}
    - name: NAMESPACE
      value: {{ tpl (kindIs "string" . | ternary . (join "," .)) $.root | quote }}
    {{- end }}
    {{- with .sidecar.folderAnnotation }}
    - name: FOLDER_ANNOTATION
      value: {{ . | quote }}
    {{- end }}
    {{- with .sidecar.script }}
    - name: SCRIPT
      value: {{ . | quote }}
    {{- end }}
    {{- if not .sidecar.skipReload }}
    {{- include "grafana.adminEnv" (dict "root" .root "user" "REQ_USERNAME" "password" "REQ_PASSWORD") | nindent 4 }}
    - name: REQ_URL
      value: {{ .sidecar.reloadURL }}
    - name: REQ_METHOD
      value: POST
    {{- end }}
  {{- include "stack.filled" (dict "from" $shared "fields" (list "livenessProbe" "readinessProbe" "resources" "securityContext")) | nindent 2 }}
  volumeMounts:
    - name: {{ .volume }}
      mountPath: {{ .mount | quote }}
    {{- with .sidecar.extraMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
