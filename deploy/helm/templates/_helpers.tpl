{{- define "ack.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "ack.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "ack.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ack.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ack.selector" -}}
app.kubernetes.io/name: {{ include "ack.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ack.labels" -}}
{{ include "ack.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ack.image" -}}
{{- $path := .Values.image.registry | default .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $path .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "ack.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "ack.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "ack.inCluster" -}}
{{- if eq .Values.kubeconfigMode "INCLUSTER" }}true{{ end -}}
{{- end -}}

{{/* The Secret with the server's key; empty when it has none. */}}
{{- define "ack.keySecret" -}}
{{- if .Values.existingSecret -}}
{{- .Values.existingSecret -}}
{{- else if or .Values.accessKeyId .Values.accessKeySecret -}}
{{- $_ := required "accessKeyId is missing beside accessKeySecret" .Values.accessKeyId -}}
{{- $_ := required "accessKeySecret is missing beside accessKeyId" .Values.accessKeySecret -}}
{{- include "ack.fullname" . -}}
{{- end -}}
{{- end -}}

{{- define "ack.tokenSecret" -}}
{{- .Values.token.existingSecret | default (printf "%s-token" (include "ack.fullname" .)) -}}
{{- end -}}

{{/* Every name by which clients may call: the Service's, the Ingress's, and what the values add. */}}
{{- define "ack.allowedHosts" -}}
{{- $service := include "ack.fullname" . -}}
{{- $within := printf "%s.%s" $service .Release.Namespace -}}
{{- $names := list $service $within (printf "%s.svc" $within) (printf "%s.svc.%s" $within .Values.clusterDomain) -}}
{{- if .Values.ingress.enabled -}}
{{- range .Values.ingress.hosts -}}
{{- $names = append $names .host -}}
{{- end -}}
{{- end -}}
{{- concat $names .Values.allowedHosts | uniq | join "," -}}
{{- end -}}
