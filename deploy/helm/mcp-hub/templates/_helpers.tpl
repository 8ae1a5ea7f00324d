{{- define "mcp-hub.name" -}}
{{- .Release.Name | trunc 20 | trimSuffix "-" -}}
{{- end }}

{{/* The labels by which a part is found: of (list $ "hub") or (list $ "server" "time"). */}}
{{- define "mcp-hub.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: mcp-hub
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- if gt (len .) 2 }}
mcp-hub/server: {{ index . 2 }}
{{- end }}
{{- end }}

{{- define "mcp-hub.labels" -}}
{{ include "mcp-hub.selector" . }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
{{- end }}

{{- define "mcp-hub.image" -}}
{{- $image := .Values.image -}}
{{- if contains "@" $image.repository }}{{ $image.repository }}{{ else }}{{ $image.repository }}:{{ $image.tag }}{{ end -}}
{{- end }}

{{/* What every pod is held to: the restricted profile of Kubernetes' Pod Security Standards, and a root that is read only. */}}
{{- define "mcp-hub.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
terminationGracePeriodSeconds: {{ add .Values.preStop .Values.drain .Values.callSeconds 10 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
volumes:
  - {name: data, emptyDir: {}}
  - {name: tmp, emptyDir: {}}
{{- end }}

{{- define "mcp-hub.container" -}}
image: {{ include "mcp-hub.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
ports:
  - {name: mcp, containerPort: 8080}
# Five minutes for packages to be fetched.
startupProbe: {httpGet: {path: /readyz, port: mcp}, periodSeconds: 2, failureThreshold: 150}
readinessProbe: {httpGet: {path: /readyz, port: mcp}, periodSeconds: 3, failureThreshold: 1, timeoutSeconds: 3}
livenessProbe: {httpGet: {path: /livez, port: mcp}, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5}
lifecycle:
  preStop: {sleep: {seconds: {{ .Values.preStop }}}}
{{- end }}

{{- define "mcp-hub.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "mcp-hub.selector" . | fromYaml | toJson }}}
{{- end }}

{{/* Names are looked up at whatever answers at port 53. */}}
{{- define "mcp-hub.dns" -}}
- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- end }}

{{/* Addresses of the internet: of (list $ ports), where no ports are all. */}}
{{- define "mcp-hub.internet" -}}
- to:
    - ipBlock: {cidr: 0.0.0.0/0, except: {{ toJson (index . 0).Values.privateRanges }}}
    - ipBlock: {cidr: "2000::/3"}
{{- with index . 1 }}
  ports: {{ toJson . }}
{{- end }}
{{- end }}
