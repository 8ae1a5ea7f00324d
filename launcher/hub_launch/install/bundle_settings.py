"""The settings that a bundle asks for: from what the user gave, or the manifest's defaults."""

import re
from collections.abc import Container, Mapping, Sequence

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.manifest import Manifest, Setting

VARIABLE = re.compile(r"\$\{([^{}]+)\}")
"""`${name}` in a manifest."""


def settings_of(
    server: str,
    manifest: Manifest,
    given: Mapping[str, Sequence[str]],
    places: Mapping[str, str],
    variables: Container[str],
) -> dict[str, tuple[str, ...]]:
    """Key of `user_config` -> its values: the user's, else the manifest's default.

    given: the entry's parameters -> values. places: what `${...}` in defaults stands for. variables: those that the
    server is given anyway, and that need not be settings. Raises HubError (exit 2).
    """
    _check_known(server, manifest, [name for name in given if name not in variables])
    by_name = {_folded(name): tuple(values) for name, values in given.items()}
    found = {key: by_name.get(_folded(key)) or _default(one, places) for key, one in manifest.user_config.items()}
    missing = [key for key, one in manifest.user_config.items() if one.required and not found[key]]
    if missing:
        flags = " ".join(f"--set {server}.{key}=…" for key in missing)
        raise HubError(
            f"{server} needs {', '.join(missing)}",
            f"add {flags}; where that is no parameter, its entry lacks it",
            ExitCode.USAGE,
        )
    for key, values in found.items():
        _check(server, key, manifest.user_config[key], values)
    return found


def _check_known(server: str, manifest: Manifest, names: Sequence[str]) -> None:
    known = {_folded(key) for key in manifest.user_config}
    unknown = [name for name in names if _folded(name) not in known]
    if unknown:
        has = f"it has {', '.join(manifest.user_config)}" if known else "it has none"
        raise HubError(
            f"{server}: the bundle has no setting {', '.join(unknown)}, which its entry asks for",
            f"{has}; tell its publisher",
            ExitCode.USAGE,
        )


def _folded(name: str) -> str:
    """Entries name variables `API_KEY` where a manifest has `api_key` or `api-key`."""
    return name.lower().replace("-", "_").replace(".", "_")


def _default(setting: Setting, places: Mapping[str, str]) -> tuple[str, ...]:
    default = setting.default
    if default is None:
        return ()
    if isinstance(default, bool):
        return ("true" if default else "false",)
    if isinstance(default, float | int):
        return (str(int(default)) if default == int(default) else str(default),)
    texts = default if isinstance(default, tuple) else (default,)
    return tuple(VARIABLE.sub(lambda match: places.get(match[1], match[0]), text) for text in texts)


def _check(server: str, key: str, setting: Setting, values: Sequence[str]) -> None:
    problem = ""
    if len(values) > 1 and not setting.multiple:
        problem = f"takes one value, not {len(values)}"
    elif setting.type == "boolean" and not set(values) <= {"true", "false"}:
        problem = "must be true or false"
    elif setting.type == "number":
        problem = next((told for value in values if (told := _number(value, setting))), "")
    if problem:
        raise HubError(f"{server}.{key} {problem}", code=ExitCode.USAGE)


def _number(value: str, setting: Setting) -> str:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        return "must be a number"
    if setting.min is not None and float(value) < setting.min:
        return f"must be at least {setting.min:g}"
    if setting.max is not None and float(value) > setting.max:
        return f"must be at most {setting.max:g}"
    return ""
