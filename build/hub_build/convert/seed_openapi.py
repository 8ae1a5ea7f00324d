"""The OpenAPI servers of the seed form: today's `openapi_config`, and the older `openapi_url` with `routing_rules`."""

import re
from dataclasses import dataclass
from typing import Any

from hub_build.convert.commands import Refusal
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Kind
from hub_build.convert.names import slug
from hub_build.convert.templates import sole_placeholder
from hub_launch.catalog.openapi import MAX_RETRIES

_TYPES = {
    "tool": "TOOL",
    "resource": "RESOURCE",
    "resource_template": "RESOURCE_TEMPLATE",
    "template": "RESOURCE_TEMPLATE",
    "exclude": "EXCLUDE",
    "ignore": "EXCLUDE",
    "skip": "EXCLUDE",
}
# Of the API's components; `tags` beside `openapi_config` are the server's own.
_TAG_KEYS = ("mcp_tags", "component_tags")
# Beyond these the contract takes no path as text.
_PATH = re.compile(r"/\S{0,199}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_openapi(server: Fields) -> dict[str, Any] | Refusal:
    """The `openapi` part of the entry."""
    older = "openapi_config" not in server
    config = server if older else server.fields("openapi_config")
    beside = _Beside(config, server)
    spec = next((text for key in ("openapi_url", "url", "spec_url", "spec", "file") if (text := config.text(key))), "")
    document: dict[str, Any] = _located(spec, config)
    base = beside.holder("base_url").text("base_url")
    if base:
        document["baseUrl"] = base
    maps = [_route_map(one) for one in beside.holder("route_maps").each("route_maps")]
    maps += [_rule(one) for one in beside.holder("routing_rules").each("routing_rules")]
    names = {name: text for name, text in beside.holder("mcp_names").pairs("mcp_names").items() if text}
    auth = _auth(beside.holder("auth_config").fields("auth_config"), server.path)
    if isinstance(auth, Refusal):
        return auth
    document |= auth
    tags = list(dict.fromkeys(tag for key in _TAG_KEYS for tag in beside.holder(key).texts(key)))
    prefix = beside.holder("description_prefix").text("description_prefix")
    parts = (("routeMaps", maps), ("mcpNames", names), ("mcpTags", tags), ("descriptionPrefix", prefix))
    document |= {key: value for key, value in parts if value}
    timeout = beside.holder("timeout").text("timeout")
    if timeout:
        document |= _timeout(timeout, beside.holder("timeout"))
    return {"openapi": document | _retries(beside)}


@dataclass(frozen=True, slots=True)
class _Beside:
    """The two places where servers have their settings: in `openapi_config`, and beside it."""

    config: Fields
    server: Fields

    def holder(self, key: str) -> Fields:
        """The place that has `key`."""
        return self.config if key in self.config else self.server


def _located(spec: str, config: Fields) -> dict[str, Any]:
    if spec.startswith(("https://", "http://")):
        return {"url": spec}
    name = spec.removeprefix("./").rpartition("/")[2].lower()
    if not name:
        return {}
    config.note(Kind.MISSING, "openapi.file", name, f"put {spec} into registry/openapi/ under this name")
    return {"file": name}


def _retries(beside: _Beside) -> dict[str, Any]:
    for key in ("retries", "max_retries"):
        holder = beside.holder(key)
        text = holder.text(key)
        if text.isdecimal() and text.isascii():
            times = min(int(text[:9]), MAX_RETRIES)
            if str(times) != text:
                holder.note(Kind.CONVERTED, holder.where(key), text, f"to {times}, the most there is")
            return {"retries": times}
        if text:
            holder.note(Kind.LOST, holder.where(key), text, "not a number of times")
    return {}


def _timeout(text: str, config: Fields) -> dict[str, Any]:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        config.note(Kind.LOST, config.where("timeout"), text, "not a number of seconds")
        return {}
    whole = max(1, round(seconds))
    if whole != seconds:
        config.note(Kind.CONVERTED, config.where("timeout"), text, f"rounded to {whole} seconds")
    return {"timeoutSeconds": whole}


def _route_map(fields: Fields) -> dict[str, Any]:
    parts = {
        "methods": _methods(fields, "methods"),
        "pattern": fields.text("pattern"),
        "tags": fields.texts("tags"),
        "mcpType": _type(fields, "mcp_type"),
        "mcpTags": fields.texts("mcp_tags"),
        "descriptionPrefix": fields.text("description_prefix"),
    }
    return {key: value for key, value in parts.items() if value}


def _rule(fields: Fields) -> dict[str, Any]:
    parts = {
        "methods": _methods(fields, "method") or _methods(fields, "methods"),
        **_place(fields),
        "tags": fields.texts("tag") or fields.texts("tags"),
        "mcpType": _type(fields, "type"),
        "mcpTags": fields.texts("mcp_tags"),
        "descriptionPrefix": fields.text("description_prefix"),
    }
    return {key: value for key, value in parts.items() if value}


def _place(fields: Fields) -> dict[str, str]:
    """The paths that a rule is about. Of several ways to say it, the one that says most decides."""
    given = {key: text for key in ("path", "prefix", "pattern") if (text := fields.text(key))}
    key = next(iter(given), "")
    for other in list(given)[1:]:
        fields.note(Kind.LOST, fields.where(other), given[other], f"`{key}` says it already")
    if key in ("", "pattern") or _PATH.fullmatch(given[key]):
        return {key: given[key]} if key else {}
    # Not a path as descriptions write it, but text all the same; a pattern is a regular expression.
    pattern = f"^{re.escape(given[key])}" + ("$" if key == "path" else "")
    fields.note(Kind.CONVERTED, fields.where(key), given[key], f"to {pattern}")
    return {"pattern": pattern}


def _methods(fields: Fields, key: str) -> list[str]:
    # `*` is all, which is what no methods mean.
    return [method.upper() for method in fields.texts(key) if method != "*"]


def _type(fields: Fields, key: str) -> str:
    given = fields.text(key)
    return _TYPES.get(given.lower(), given)


def _auth(auth: Fields, server: str) -> dict[str, Any] | Refusal:
    kind = auth.text("type").lower().replace("-", "_")
    prefix = slug(server).replace("-", "_").upper() or "API"
    prefix = prefix if _VARIABLE.fullmatch(prefix) else f"API_{prefix}"
    if kind in ("", "none"):
        return {}
    if kind == "bearer":
        return _with_variables({"type": "bearer", "variable": _variable(auth, ("token",), f"{prefix}_TOKEN")})
    if kind in ("api_key", "apikey"):
        variable = _variable(auth, ("api_key", "key", "value", "token"), f"{prefix}_API_KEY")
        name = auth.text("name") or auth.text("header_name") or auth.text("header") or "X-API-Key"
        place = auth.text("in") or auth.text("location") or "header"
        return _with_variables({"type": "apiKey", "in": place, "name": name, "variable": variable})
    if kind == "basic":
        user = _variable(auth, ("username", "user"), f"{prefix}_USERNAME")
        password = _variable(auth, ("password",), f"{prefix}_PASSWORD")
        return _with_variables({"type": "basic", "username": user, "password": password})
    if kind in ("oauth2", "oauth", "client_credentials"):
        return _oauth(auth, prefix)
    return Refusal(kind, "an entry's `auth` is bearer, apiKey, basic or oauth2")


def _oauth(auth: Fields, prefix: str) -> dict[str, Any] | Refusal:
    url = auth.text("token_url") or auth.text("tokenUrl")
    if not url:
        return Refusal("oauth2", "an entry's `auth` with oauth2 has a tokenUrl")
    found: dict[str, Any] = {"type": "oauth2", "tokenUrl": url}
    found["clientId"] = _variable(auth, ("client_id",), f"{prefix}_CLIENT_ID")
    # A public client has no secret; that it has one is said by giving it.
    if any(key.startswith("client_secret") for key in auth.names()):
        found["clientSecret"] = _variable(auth, ("client_secret",), f"{prefix}_CLIENT_SECRET")
    if any(key.startswith("refresh_token") for key in auth.names()):
        found["refreshToken"] = _variable(auth, ("refresh_token",), f"{prefix}_REFRESH_TOKEN")
    scopes = [word for text in (*auth.texts("scopes"), *auth.texts("scope")) for word in text.split()]
    places = {"client_secret_basic": "basic", "client_secret_post": "body", "post": "body"}
    way = auth.text("client_authentication") or auth.text("token_endpoint_auth_method")
    said = (("scopes", scopes), ("audience", auth.text("audience")), ("clientAuthentication", places.get(way, way)))
    found |= {key: value for key, value in said if value}
    return _with_variables(found)


def _variable(auth: Fields, keys: tuple[str, ...], fallback: str) -> str:
    """The environment variable that holds a credential. The credential itself, if it is there, is withheld."""
    for key in (*(f"{key}_{end}" for key in keys for end in ("env", "variable", "env_var")), "variable", "env_var"):
        if _VARIABLE.fullmatch(given := auth.text(key)):
            return given
    for key in keys:
        text = auth.text(key)
        if sole_placeholder(text):
            return sole_placeholder(text)
        if text:
            auth.note(Kind.LOST, auth.where(key), "", "a credential: every user gives their own")
    auth.note(Kind.GUESSED, auth.where(keys[0]), fallback, "the variable for the credential")
    return fallback


def _with_variables(auth: dict[str, Any]) -> dict[str, Any]:
    keys = ("variable", "username", "password", "clientId", "clientSecret", "refreshToken")
    names = [auth[key] for key in keys if key in auth]
    variables = [{"name": name, "isRequired": True, "isSecret": True} for name in dict.fromkeys(names)]
    return {"environmentVariables": variables, "auth": auth}
