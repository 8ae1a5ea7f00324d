"""The restricted profile of Kubernetes' Pod Security Standards, as rules about one pod.

Source: kubernetes.io/docs/concepts/security/pod-security-standards. Each control is what may not be, with the fields in
which it would stand. A read-only root and no token of the cluster are the project's own.
"""


def _containers(pod):
    return [*pod.get("initContainers", ()), *pod["containers"]]


def _security(one):
    return one.get("securityContext", {})


VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def _everyone(key, allowed):
    def breaks(pod):
        whole = _security(pod).get(key)
        return any(_security(one).get(key, whole) not in allowed for one in _containers(pod))

    return breaks


CONTROLS = {
    "host namespaces": lambda pod: any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")),
    "privileged containers": lambda pod: any(_security(one).get("privileged") for one in _containers(pod)),
    "capabilities": lambda pod: any(
        "ALL" not in _security(one).get("capabilities", {}).get("drop", ())
        or set(_security(one).get("capabilities", {}).get("add", ())) - {"NET_BIND_SERVICE"}
        for one in _containers(pod)
    ),
    "volume types": lambda pod: any(not set(one) - {"name"} <= VOLUMES for one in pod.get("volumes", ())),
    "host ports": lambda pod: any(port.get("hostPort") for one in _containers(pod) for port in one.get("ports", ())),
    "privilege escalation": lambda pod: any(
        _security(one).get("allowPrivilegeEscalation") is not False for one in _containers(pod)
    ),
    "running as root": _everyone("runAsNonRoot", {True}),
    "running as user 0": lambda pod: any(_security(one).get("runAsUser") == 0 for one in (pod, *_containers(pod))),
    "seccomp": lambda pod: any(
        _security(one).get("seccompProfile", _security(pod).get("seccompProfile", {})).get("type")
        not in ("RuntimeDefault", "Localhost")
        for one in _containers(pod)
    ),
    "sysctls, SELinux and /proc": lambda pod: any(
        {"sysctls", "seLinuxOptions", "procMount"} & _security(one).keys() for one in (pod, *_containers(pod))
    ),
    "a root that can be written to": lambda pod: any(
        _security(one).get("readOnlyRootFilesystem") is not True for one in _containers(pod)
    ),
    "a token of the cluster": lambda pod: pod.get("automountServiceAccountToken") is not False,
}


def broken_by(pod):
    """The controls that a pod breaks."""
    return [name for name, breaks in CONTROLS.items() if breaks(pod)]
