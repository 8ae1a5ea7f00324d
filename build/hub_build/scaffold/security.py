"""How an API wants its callers to prove who they are: from its security schemes to `auth` and its variables."""

from collections.abc import Mapping
from typing import Any

from hub_build.scaffold.draft import GUESSED, Draft


def add_auth(openapi: dict[str, Any], document: Mapping[str, Any], draft: Draft) -> None:
    """Add `auth` and `environmentVariables` to `openapi` where the API needs credentials, and a remark."""
    schemes = _mapping(_mapping(document.get("components")).get("securitySchemes"))
    if not schemes:
        return
    wanted = _wanted(document)
    names = [name for name in wanted if name in schemes] or list(schemes)
    prefix = str(draft.document["id"]).replace("-", "_").upper()
    made = next((one for name in names if (one := _auth(_mapping(schemes[name]), prefix))), None)
    if made is None or not wanted:
        told = ", ".join(map(str, schemes))
        draft.remark(("openapi", "baseUrl"), f"It describes {told}, which is left out: no operation says it needs it.")
        return
    auth, variables = made
    openapi["environmentVariables"] = variables
    openapi["auth"] = auth
    draft.remark(("openapi", "auth"), f"{GUESSED}from its security schemes: {', '.join(map(str, schemes))}")


def _wanted(document: Mapping[str, Any]) -> list[str]:
    """The names of the schemes that operations require, those that all require first."""
    requirements = _list(document.get("security"))
    for item in _mapping(document.get("paths")).values():
        for operation in _mapping(item).values():
            requirements = [*requirements, *_list(_mapping(operation).get("security"))]
    return list(dict.fromkeys(str(name) for one in requirements for name in _mapping(one)))


def _auth(scheme: Mapping[str, Any], prefix: str) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    kind = scheme.get("type")
    text = str(scheme.get("description") or "").strip().partition("\n")[0][:160]
    if kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
        names = (f"{prefix}_USERNAME", f"{prefix}_PASSWORD")
        variables = [{"name": names[0], "isRequired": True}, _secret(names[1], text)]
        return {"type": "basic", "username": names[0], "password": names[1]}, variables
    if kind == "apiKey" and scheme.get("in") in ("header", "query", "cookie"):
        variable = f"{prefix}_API_KEY"
        auth = {"type": "apiKey", "in": scheme["in"], "name": str(scheme.get("name", "")), "variable": variable}
        return auth, [_secret(variable, text)]
    flow = _mapping(_mapping(scheme.get("flows")).get("clientCredentials"))
    if kind == "oauth2" and str(flow.get("tokenUrl", "")).startswith("https://"):
        return _oauth(flow, prefix, text)
    if kind in ("http", "oauth2", "openIdConnect"):
        variable = f"{prefix}_TOKEN"
        return {"type": "bearer", "variable": variable}, [_secret(variable, text)]
    return None


def _oauth(flow: Mapping[str, Any], prefix: str, text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """For a server that asks in its own name; the other flows need a person with a browser, and end in a token."""
    names = (f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET")
    auth: dict[str, Any] = {"type": "oauth2", "tokenUrl": str(flow["tokenUrl"])}
    auth |= {"clientId": names[0], "clientSecret": names[1]}
    # All that there are: a reviewer leaves out what the tools do not need.
    scopes = [str(scope) for scope in _mapping(flow.get("scopes"))]
    return auth | ({"scopes": scopes} if scopes else {}), [
        {"name": names[0], "isRequired": True},
        _secret(names[1], text),
    ]


def _secret(name: str, text: str) -> dict[str, Any]:
    described = {"description": text} if text else {}
    return {"name": name, **described, "isRequired": True, "isSecret": True}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
