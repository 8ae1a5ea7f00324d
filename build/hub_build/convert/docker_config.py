"""The `config` of Docker's `server.yaml`: secrets, environment, and the parameters that templates name."""

from typing import Any

from hub_build.convert.fields import Fields
from hub_build.convert.imported import Kind
from hub_build.convert.templates import filters_of, sole_placeholder, variable_name, with_variables

_FORMATS = {"integer": "number", "number": "number", "boolean": "boolean"}


class Config:
    """What a server is configured with, by the names that its templates use."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._parameters: dict[str, dict[str, Any]] = {}
        self._used: set[str] = set()
        self._secrets = {found["name"]: found for secret in fields.each("secrets") if (found := _secret(secret))}
        self._env = [(one, one.text("name"), one.text("value")) for one in fields.each("env")]
        fields.drop("description", "a sentence about the form that asks for the values")
        self._read_parameters(fields.fields("parameters"), "")

    def environment(self) -> list[dict[str, Any]]:
        """The environment variables of a package."""
        found = {name: {"name": name, **rest} for name, rest in self._variables()}
        return list(found.values())

    def asked(self, placeholder: str) -> tuple[str, dict[str, Any]] | None:
        """Name and description of the parameter that `placeholder` names; None if there is none."""
        name = variable_name(placeholder) if placeholder else ""
        if name not in self._parameters:
            return None
        self._used.add(name)
        return name.replace(".", "_"), self._parameters[name]

    def describe(self, placeholder: str) -> dict[str, Any]:
        """What is known about `placeholder`: a parameter, or the variable of a secret."""
        name = variable_name(placeholder)
        self._used.update((name, placeholder))
        if placeholder in self._secrets:
            return {key: value for key, value in self._secrets[placeholder].items() if key != "name"}
        return self._parameters.get(name, {"isRequired": True})

    def unused(self) -> list[str]:
        """Secrets and variables that nothing has asked about."""
        return [name for name in (*self._secrets, *(name for _, name, _ in self._env)) if name not in self._used]

    def close(self) -> None:
        """Report parameters that nothing uses."""
        for name, known in self._parameters.items():
            if name not in self._used:
                self._fields.note(Kind.LOST, self._fields.where(f"parameters.{name}"), known, "nothing uses it")

    def _variables(self) -> Any:
        for name, secret in self._secrets.items():
            yield name, secret
        for fields, name, value in self._env:
            yield fields.text("env") or name, self._variable(fields, value)

    def _variable(self, fields: Fields, value: str) -> dict[str, Any]:
        known = _asked(fields)
        asked = self.asked(sole_placeholder(value))
        for one in filters_of(value):
            fields.note(Kind.LOST, fields.where("value"), value, f"the filter {one}")
        if asked:
            return asked[1] | known
        if not value or sole_placeholder(value):
            return known
        return {key: known[key] for key in ("description",) if key in known} | with_variables(value, self.describe)

    def _read_parameters(self, parameters: Fields, prefix: str) -> None:
        required = parameters.texts("required")
        parameters.raw("type")
        parameters.drop("anyOf", "an entry cannot say that one of several is needed")
        for name, parameter in parameters.members("properties").items():
            if "properties" in parameter:
                self._read_parameters(parameter, f"{prefix}{name}.")
                continue
            known = _asked(parameter) | _typed(parameter)
            if name in required:
                known["isRequired"] = True
            self._parameters[variable_name(f"x.{prefix}{name}")] = known


def _secret(secret: Fields) -> dict[str, Any]:
    secret.raw("name")
    name = secret.text("env")
    required = secret.flag("required")
    known = {"name": name, **_asked(secret), "isSecret": True}
    if required is None:
        secret.note(Kind.GUESSED, name, "required", "secrets are, where the source does not say")
    if required is not False:
        known["isRequired"] = True
    return known if name else {}


def _asked(fields: Fields) -> dict[str, Any]:
    """The parts of an input that all kinds of settings have."""
    parts = {"description": fields.text("description") or fields.text("title"), "placeholder": fields.text("example")}
    known: dict[str, Any] = {key: value for key, value in parts.items() if value}
    if fields.flag("required"):
        known["isRequired"] = True
    return known


def _typed(fields: Fields) -> dict[str, Any]:
    known: dict[str, Any] = {}
    form, choices, defaults = _FORMATS.get(fields.text("type")), fields.texts("enum"), fields.texts("default")
    fields.raw("items")
    if form:
        known["format"] = form
    if choices:
        known["choices"] = choices
    if len(defaults) == 1:
        known["default"] = defaults[0]
    elif defaults:
        fields.note(Kind.LOST, fields.where("default"), defaults, "a default is one value")
    return known
