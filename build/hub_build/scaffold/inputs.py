"""From what was found out about settings to the arguments and variables of an entry, with a remark on each guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub_build.scaffold.draft import GUESSED
from hub_build.scaffold.found import Need, Setting

# More than this nobody fills in; the rest is in the server's own documentation.
MAX_VARIABLES, MAX_FLAGS = 16, 12

_CREDENTIAL = re.compile(
    r"(^|.*_)(ACCESS_?TOKEN|AUTH_?TOKEN|TOKEN|CLIENT_?SECRET|SECRET|PASSWD|PASSWORD|PASSPHRASE|API_?KEY|APIKEY|ACCESS_?KEY|"
    r"KEY|SECRET_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|CREDENTIALS?|BEARER|JWT|PAT|APITOKEN|ACCESSTOKEN|AUTH|COOKIES?)"
)
# These turn something off or on: `--unsafe-disable-auth`, `ENABLE_TOKEN_AUTH`.
_SWITCH_NAME = re.compile(r"(UNSAFE_|DANGEROUSLY_|INSECURE_)*(DISABLE|ENABLE|SKIP|ALLOW|NO)_.*")
# A connection string has the password in it.
_CONNECTION = re.compile(
    r"(^|.*_)(CONNECTION_STRING|DATABASE_UR[IL]|DB_UR[IL]|DSN|(MONGODB|POSTGRES|MYSQL|REDIS)_UR[IL])"
)
_PATH = re.compile(r"(^|.*_)(PATH|FILE|DIR|DIRECTORY|FOLDER|FILEPATH|ROOT_PATH)")
_URL = re.compile(r"https?://|^/api\b")
_NUMBER = re.compile(r"\d+")
_SWITCH = ("true", "false")
_SWITCHES = re.compile(r"(enable|disable|allow|only|skip|turn|use temporary)s?\b", re.IGNORECASE)

# How a server is spoken to over HTTP is no matter of an entry that uses stdio; what a runner or a shell reads is
# refused by the checks.
_NOT_ASKED = re.compile(
    r"(MCP_|FASTMCP_|SERVER_|HTTP_|SSE_)*(PORT|HOST|TRANSPORT(_TYPE|_MODE)?|SERVER_PORT|SERVER_HOST)|"
    r"NODE_.*|NPM_.*|PYTHON.*|UV_.*|PIP_.*|PATH|HOME|USER|SHELL|PWD|TERM|LANG|CI|TMPDIR|TEMP|XDG_.*|LD_.*|DYLD_.*|"
    r"DOCKER_.*|JEST_.*|VITEST.*|FORCE_COLOR|NO_COLOR|.*_PROXY|HTTPS?_PROXY|SSL_CERT_.*|GIT_SSH.*|BASH_ENV|APPDATA|"
    r"FASTMCP_.*|OTEL_.*|LANGFUSE_.*|LOCALAPPDATA|USERPROFILE|EXAMPLE_.*|YOUR_.*|MY_.*"
)
_NOT_FLAGS = frozenset(
    "--help --version --port --host --transport --http --sse --stdio --yes --config-file --from --with --rm --env "
    "--scope --directory --name --interactive --json --no-color --header --client --global --save-dev "
    "--force-color".split()
)

# Fixed words that choose stdio, or the part of a program that is the server.
_FIXED_FLAGS = frozenset("--stdio --transport --mode -t --transport-type".split())
_OTHER_TRANSPORTS = frozenset("http sse streamable-http streamable streamablehttp".split())
_FIXED_WORD = re.compile(r"[a-z][a-z0-9-]{0,30}")
_OWN_PATH = re.compile(
    r"(~|/|\.{1,2}(/|$)|[A-Za-z]:[\\/]|%\w+%|\$\{?(workspace|HOME|PWD)\w*).*|.*(path/to|path_to|PATH_TO|your.?path).*"
)
_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\{.*\}|.*\b(your|my|xxx+|example|here|change.?me|placeholder)\b.*|.*(YOUR|xxxx|\.\.\.).*",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\$\{?(?:input:|env:)?([A-Za-z_][A-Za-z0-9_-]*)\}?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://.+")


@dataclass(slots=True)
class Inputs:
    """Parts of a package, with remarks by their place in their list."""

    values: list[dict[str, Any]]
    remarks: dict[int, str]
    left_out: tuple[str, ...] = ()


def is_credential(name: str) -> bool:
    """Whether a setting of this name holds a credential, or something with one in it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.lstrip("-")).replace("-", "_").upper()
    if words.endswith("PUBLIC_KEY") or _SWITCH_NAME.fullmatch(words):
        return False
    return bool(_CREDENTIAL.fullmatch(words) or _CONNECTION.fullmatch(words))


def is_asked(name: str) -> bool:
    """Whether a variable of this name is something to ask of the users of a server on stdio."""
    return not _NOT_ASKED.fullmatch(name)


def variables(settings: Iterable[Setting]) -> Inputs:
    """Environment variables as an entry declares them; those that a configuration sets come first."""
    asked = sorted((one for one in settings if is_asked(one.name)), key=lambda one: not one.configured)
    kept, rest = asked[:MAX_VARIABLES], asked[MAX_VARIABLES:]
    values, remarks = [], {}
    for number, one in enumerate(kept):
        value = {"name": one.name, **_described(one)}
        if is_credential(one.name) and one.need is Need.UNKNOWN and one.configured:
            value["isRequired"] = True
            remarks[number] = f"{GUESSED}required, since the README's configurations set it"
        values.append(in_order(value))
    return Inputs(values, remarks, tuple(one.name for one in rest))


def flags(settings: Iterable[Setting]) -> Inputs:
    """Flags as arguments of an entry."""
    kept = [one for one in settings if one.name not in _NOT_FLAGS and not one.name.startswith("--no-")]
    values = []
    for one in kept[:MAX_FLAGS]:
        value = {"type": "named", "name": one.name, **_described(one)}
        if (one.takes_value is False or (one.takes_value is None and _SWITCHES.match(one.description))) and not (
            value.keys() & {"format", "placeholder", "isSecret"}
        ):
            value["format"] = "boolean"
        values.append(in_order(value))
    return Inputs(values, {}, tuple(one.name for one in kept[MAX_FLAGS:]))


def without_twins(arguments: Inputs, declared: Inputs) -> Inputs:
    """`arguments` without flags for a credential that a variable takes too: every user of a machine sees flags."""
    names = [str(value["name"]).upper() for value in declared.values if value.get("isSecret")]
    kept: list[dict[str, Any]] = []
    remarks: dict[int, str] = {}
    for number, value in enumerate(arguments.values):
        words = str(value.get("name", "")).lstrip("-").replace("-", "_").upper()
        if value.get("isSecret") and words and any(name.endswith(words) for name in names):
            continue
        if number in arguments.remarks:
            remarks[len(kept)] = arguments.remarks[number]
        kept.append(value)
    return Inputs(kept, remarks, arguments.left_out)


def configured(words: tuple[str, ...]) -> Inputs:
    """The words after the package's name in a README's configuration, as arguments: fixed ones, and asked ones."""
    values: list[dict[str, Any]] = []
    remarks: dict[int, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        flag, equals, value = word.partition("=")
        takes = bool(equals) or (word.startswith("-") and bool(waiting) and not waiting[0].startswith("-"))
        if word.startswith("-") and takes:
            _add_named(values, remarks, flag, value if equals else waiting.pop(0))
        elif word.startswith("-"):
            _add_switch(values, remarks, word)
        else:
            _add_word(values, remarks, word)
    return Inputs(values, remarks)


def _add_named(values: list[dict[str, Any]], remarks: dict[int, str], flag: str, value: str) -> None:
    if not re.fullmatch(r"-{1,2}[A-Za-z0-9][A-Za-z0-9._-]*", flag):
        return
    argument: dict[str, Any] = {"type": "named", "name": flag}
    if flag in _FIXED_FLAGS and _FIXED_WORD.fullmatch(value):
        # Of several configurations in a README, one may be for a server that somebody else runs.
        if value not in _OTHER_TRANSPORTS:
            values.append({**argument, "value": value})
        return
    remarks[len(values)] = f"{GUESSED}asked of the user, since the README's configuration gives an example"
    if is_credential(flag):
        values.append({**argument, "isRequired": True, "isSecret": True})
    elif _OWN_PATH.fullmatch(value):
        values.append({**argument, "isRequired": True, "format": "filepath"})
    elif _PLACEHOLDER.fullmatch(value):
        values.append({**argument, "isRequired": True})
    else:
        values.append({**argument, "placeholder": value})


def _add_switch(values: list[dict[str, Any]], remarks: dict[int, str], word: str) -> None:
    if word in _FIXED_FLAGS:
        values.append({"type": "positional", "value": word})
    elif re.fullmatch(r"-{1,2}[A-Za-z][A-Za-z0-9._-]*", word):
        remarks[len(values)] = f'{GUESSED}a choice of the user; write `value: "true"` if the server cannot do without'
        values.append({"type": "named", "name": word, "format": "boolean"})


def _add_word(values: list[dict[str, Any]], remarks: dict[int, str], word: str) -> None:
    if _FIXED_WORD.fullmatch(word) and not _PLACEHOLDER.fullmatch(word):
        values.append({"type": "positional", "value": word})
        return
    variable = _ASKED.fullmatch(word)
    kind = "path" if _OWN_PATH.fullmatch(word) else "url" if _ADDRESS.fullmatch(word) else "value"
    kind = variable[1] if variable and kind == "value" else kind
    last = values[-1] if values else {}
    if last.get("valueHint") == kind:
        last["isRepeated"] = True
        return
    if any(one.get("valueHint") == kind for one in values):
        kind = f"{kind}{len(values)}"
    remarks[len(values)] = f"{GUESSED}asked of the user, since the README's configuration gives an example"
    asked: dict[str, Any] = {"type": "positional", "valueHint": kind, "isRequired": True}
    if kind == "path":
        asked["format"] = "filepath"
    elif is_credential(kind) or (kind == "url" and not word.startswith("http")):
        asked["isSecret"] = True
    values.append(asked)


def _described(one: Setting) -> dict[str, Any]:
    """What both kinds of inputs have."""
    name = one.name.lstrip("-").replace("-", "_").upper()
    found: dict[str, Any] = {"description": one.description} if one.description else {}
    if one.need is Need.REQUIRED and not one.default:
        found["isRequired"] = True
    if is_credential(one.name):
        return {**found, "isSecret": True}
    value = one.default or one.example
    if value.lower() in _SWITCH:
        found["format"] = "boolean"
    elif _NUMBER.fullmatch(value):
        found["format"] = "number"
    elif _PATH.fullmatch(name) and not _URL.search(value):
        found["format"] = "filepath"
    if one.choices:
        found["choices"] = list(one.choices)
    # Not as a default: the server has it anyway, and may change it.
    if value and not _PLACEHOLDER.fullmatch(value) and found.get("format") != "boolean":
        found["placeholder"] = value
    return found


_ORDER = (
    "type", "name", "valueHint", "description", "value", "placeholder", "isRequired", "isSecret", "isRepeated",
    "format", "choices",
)  # fmt: skip


def in_order(value: dict[str, Any]) -> dict[str, Any]:
    """`value` with its keys as our own entries have them."""
    return {key: value[key] for key in _ORDER if key in value}
