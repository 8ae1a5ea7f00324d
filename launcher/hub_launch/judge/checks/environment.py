"""Environment variables that make a runtime execute something, or change where it and its runner look.

They are refused also where the user is asked for the value: the launcher takes it from the user's own environment,
and a server that says "set NODE_OPTIONS" asks for more than a setting.
"""

from collections.abc import Iterator

from hub_launch.catalog import EnvironmentVariable
from hub_launch.judge.checks.parts import environments_of, label
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Source

# By what they do. Windows knows no case in these names and npm none in its own, so all are compared without.
_REASONS = {
    "makes a runtime load or run other code": "NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE ELECTRON_RUN_AS_NODE "
    "BUN_OPTIONS PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONEXECUTABLE PYTHONINSPECT PYTHONBREAKPOINT "
    "PYTHONWARNINGS PYTHONPLATLIBDIR PYTHONPYCACHEPREFIX PYTHONCASEOK PYTHON_PRESITE __PYVENV_LAUNCHER__ VIRTUAL_ENV "
    "PERL5OPT PERL5LIB PERL5DB PERLLIB RUBYOPT RUBYLIB GEM_PATH GEM_HOME JAVA_TOOL_OPTIONS _JAVA_OPTIONS "
    "JDK_JAVA_OPTIONS CLASSPATH LUA_INIT LUA_PATH LUA_CPATH PHPRC PHP_INI_SCAN_DIR DOTNET_STARTUP_HOOKS "
    "DOTNET_ADDITIONAL_DEPS CORECLR_PROFILER COR_PROFILER R_PROFILE OPENSSL_CONF OPENSSL_ENGINES OPENSSL_MODULES "
    "GCONV_PATH GLIBC_TUNABLES",
    "is read by shells": "BASH_ENV ENV SHELLOPTS BASHOPTS IFS PS4 PROMPT_COMMAND CDPATH ZDOTDIR COMSPEC SHELL",
    "decides which programs are found": "PATH PATHEXT",
    "says where the user's files and settings are": "HOME USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA "
    "XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_CACHE_HOME TMPDIR TEMP TMP SYSTEMROOT WINDIR",
    "configures the container runtime": "CONTAINER_CONNECTION CONTAINER_HOST CONTAINER_PASSPHRASE CONTAINER_SSHKEY "
    "DBUS_SESSION_BUS_ADDRESS REGISTRY_AUTH_FILE STORAGE_DRIVER STORAGE_OPTS XDG_RUNTIME_DIR GODEBUG",
    "names a program that others run": "GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH GIT_ASKPASS GIT_EDITOR GIT_PAGER "
    "GIT_SEQUENCE_EDITOR GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_TEMPLATE_DIR SSH_ASKPASS EDITOR VISUAL PAGER BROWSER "
    "MANPAGER LESSOPEN LESSCLOSE",
}
FORBIDDEN = {name: reason for reason, names in _REASONS.items() for name in names.split()}

_PREFIXES = {
    "LD_": "makes every program load other code",
    "DYLD_": "makes every program load other code",
    "BASH_FUNC_": "is read by shells",
    "GIT_CONFIG": "can name programs that git runs",
    "NPM_CONFIG_": "configures the package runner",
    "UV_": "configures the package runner",
    "PIP_": "configures the package runner",
    "DOCKER_": "configures the container runtime",
    "CONTAINERS_": "configures the container runtime",
    "_CONTAINERS_": "configures the container runtime",
    "PODMAN_": "configures the container runtime",
    "HUB_": "configures the launcher",
}

# What our own module, and no package, may ask for.
_OWN = frozenset(["HUB_REGISTRY", "HUB_ROOT", "HUB_UNSIGNED", "HUB_CONFIG_DIR"])

# Fixed values that have npm do less: of a server that would have it install what nobody has looked at.
_LESS = frozenset([("NPM_CONFIG_DRY_RUN", "true"), ("NPM_CONFIG_LOGLEVEL", "silent")])

# Proxies and certificate authorities: a user may name theirs, but a publisher's would read everything.
_NETWORK = frozenset(
    "ALL_PROXY HTTP_PROXY HTTPS_PROXY NO_PROXY CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED "
    "REQUESTS_CA_BUNDLE SSL_CERT_DIR SSL_CERT_FILE SSLKEYLOGFILE PYTHONHTTPSVERIFY".split()
)


def check(source: Source) -> Iterator[Finding]:
    """No variable of a package, module or API is one of these, or given twice."""
    if source.entry is None:
        return
    ours = bool(source.entry.module and source.entry.module.package is None)
    for at, variables in environments_of(source.entry):
        allowed = _OWN if ours and at[0] == "module" else frozenset[str]()
        first: dict[str, int] = {}
        for number, variable in enumerate(variables):
            yield from _variable(source, (*at, number), variable, allowed)
            before = first.setdefault(variable.name.upper(), number)
            if before != number:
                message = f"{label((*at, number, 'name'))}: {quoted(variable.name)} is already {label((*at, before))}"
                hint = "keep one of the two; on Windows names differ in more than case"
                yield source.loaded.finding((*at, number, "name"), "environment-duplicate", message, hint)


def _variable(source: Source, at: Pointer, variable: EnvironmentVariable, allowed: frozenset[str]) -> Iterator[Finding]:
    name = variable.name.upper()
    reason = "" if name in allowed or (name, variable.value) in _LESS else FORBIDDEN.get(name) or _by_prefix(name)
    if reason:
        message = f"{label((*at, 'name'))}: {quoted(variable.name)} {reason}"
        hint = "let the server read a name of its own, or take the value as an argument"
        yield source.loaded.finding((*at, "name"), "environment-name", message, hint)
    elif name in _NETWORK and (variable.value or variable.default) is not None:
        message = (
            f"{label((*at, 'name'))}: {quoted(variable.name)} would send what the user does through another's hands"
        )
        hint = "ask for it, without `value` and `default`"
        yield source.loaded.finding((*at, "name"), "environment-network", message, hint)


def _by_prefix(name: str) -> str:
    return next((reason for prefix, reason in _PREFIXES.items() if name.startswith(prefix)), "")
