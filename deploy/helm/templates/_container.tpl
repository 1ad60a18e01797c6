{{/* The command line: `--name=value`, so that no value can be taken for a flag. */}}
{{- define "ack.args" -}}
- {{ printf "--transport=%v" .Values.transport | quote }}
- {{ printf "--host=%v" .Values.host | quote }}
- {{ printf "--port=%v" .Values.port | quote }}
- {{ printf "--region=%v" .Values.region | quote }}
- {{ printf "--kubeconfig-mode=%v" .Values.kubeconfigMode | quote }}
- {{ printf "--result-format=%v" .Values.resultFormat | quote }}
- {{ printf "--allowed-hosts=%v" (include "ack.allowedHosts" .) | quote }}
{{- with .Values.allowedOrigins }}
- {{ printf "--allowed-origins=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.defaultClusterId }}
- {{ printf "--default-cluster-id=%v" . | quote }}
{{- end }}
{{- with .Values.toolsets }}
- {{ printf "--toolsets=%v" (join "," .) | quote }}
{{- end }}
{{- with .Values.clusters }}
- {{ printf "--clusters=%v" (join "," .) | quote }}
{{- end }}
{{- with .Values.namespaces }}
- {{ printf "--namespaces=%v" (join "," .) | quote }}
{{- end }}
{{- with .Values.denyKinds }}
- {{ printf "--deny-kinds=%v" (join "," .) | quote }}
{{- end }}
{{- if .Values.headersOnly }}
- --headers-only
{{- end }}
{{- if .Values.allowWrite }}
- --allow-write
{{- end }}
- {{ printf "--write-policy=%v" .Values.writePolicy | quote }}
{{- if .Values.requireElicitation }}
- --require-elicitation
{{- end }}
{{- if .Values.allowPrivileged }}
- --allow-privileged
{{- end }}
{{- if .Values.allowSecrets }}
- --allow-secrets
{{- end }}
{{- if .Values.allowKubeconfigHeader }}
- --allow-kubeconfig-header
{{- end }}
{{- if .Values.allowKubeconfigArgument }}
- --allow-kubeconfig-argument
{{- end }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "ack.env" -}}
- name: FASTMCP_LOG_LEVEL
  value: {{ .Values.logLevel | quote }}
- name: MCP_AUTH_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "ack.tokenSecret" . }}
      key: MCP_AUTH_TOKEN
{{- with include "ack.keySecret" . }}
- name: ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: ACCESS_KEY_ID
- name: ACCESS_KEY_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: ACCESS_KEY_SECRET
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
