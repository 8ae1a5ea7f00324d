"""One short entry of each kind: what editors offer as examples, and what `--help` and the guides can point to."""

from typing import Any

_COMMON = {
    "published": "2026-11-21",
    "license": "MIT",
    "repository": {"url": "https://github.com/you/weather-mcp", "source": "github", "subfolder": "src/server"},
    "websiteUrl": "https://weather.example.com",
    "maintainers": ["your-github-login"],
    "categories": ["data"],
    "tags": ["weather", "forecast"],
}

_NPM: dict[str, Any] = {
    "id": "weather",
    "name": "io.github.you/weather",
    "title": "Weather",
    "description": "Current weather and forecasts for any place on Earth.",
    "documentation": "Longer text in **Markdown** for the server's page.",
    "version": "1.4.0",
    "status": "active",
    **_COMMON,
    "icons": [
        {
            "src": "https://weather.example.com/icon.png",
            "mimeType": "image/png",
            "sizes": ["48x48"],
            "theme": "light",
        }
    ],
    "packages": [
        {
            "registryType": "npm",
            "identifier": "@you/weather-mcp",
            "version": "1.4.0",
            "runtimeHint": "npx",
            "transport": {"type": "stdio"},
            "packageArguments": [
                {"type": "named", "name": "--units", "default": "metric", "choices": ["metric", "imperial"]},
                {"type": "positional", "valueHint": "folder", "format": "filepath", "isRepeated": True},
            ],
            "environmentVariables": [
                {
                    "name": "WEATHER_API_KEY",
                    "description": "Your key, from the account page.",
                    "isRequired": True,
                    "isSecret": True,
                    "placeholder": "wk-0123456789",
                }
            ],
        }
    ],
    "permissions": {"network": ["api.weather.example.com"], "filesystem": "arguments"},
    "smoke": {
        "arguments": {"folder": ["."]},
        "calls": [{"tool": "get_forecast", "arguments": {"place": "Paris"}, "expect": {"contains": "Paris"}}],
        "needs": ["WEATHER_API_KEY"],
    },
    "update": {"from": "npm"},
}

_PYPI: dict[str, Any] = {
    "id": "clock",
    "name": "io.github.you/clock",
    "title": "Clock",
    "description": "The time in any zone.",
    "version": "0.3.1",
    **_COMMON,
    "packages": [
        {
            "registryType": "pypi",
            "identifier": "clock-mcp",
            "version": "0.3.1",
            "transport": {"type": "stdio"},
            "packageArguments": [{"type": "named", "name": "--local-timezone", "value": "{zone}",
                                  "variables": {"zone": {"description": "IANA name.", "default": "UTC"}}}],
        }
    ],
    "permissions": {"network": "none", "filesystem": "none"},
    "update": {"from": "pypi"},
}  # fmt: skip

_REMOTE: dict[str, Any] = {
    "id": "docs",
    "name": "com.example/docs",
    "title": "Example documentation",
    "description": "Search the documentation of Example.",
    "version": "2.0.0",
    **_COMMON,
    "remotes": [
        {
            "type": "streamable-http",
            "url": "https://mcp.example.com/{tenant}/mcp",
            "variables": {"tenant": {"description": "The name of your company.", "isRequired": True}},
            "headers": [{"name": "Authorization", "value": "Bearer {token}",
                         "variables": {"token": {"isRequired": True, "isSecret": True}}}],
        }
    ],
    "permissions": {"network": ["mcp.example.com"]},
    "update": {"from": "none"},
}  # fmt: skip

_OPENAPI: dict[str, Any] = {
    "id": "pets",
    "name": "com.example/pets",
    "title": "Pets",
    "description": "Find, add and update the pets of a shop.",
    "version": "1.0.0",
    **_COMMON,
    "openapi": {
        "file": "pets.yaml",
        "baseUrl": "https://api.example.com/v1",
        "environmentVariables": [{"name": "PETS_TOKEN", "isRequired": True, "isSecret": True}],
        "auth": {"type": "bearer", "variable": "PETS_TOKEN"},
        "routeMaps": [
            {"methods": ["GET"], "pattern": "^/pets", "mcpType": "RESOURCE", "mcpTags": ["read"]},
            {"path": "/orders", "mcpType": "TOOL", "descriptionPrefix": "Costs money."},
            {"prefix": "/internal", "mcpType": "EXCLUDE"},
            {"tags": ["admin"], "mcpType": "EXCLUDE"},
        ],
        "mcpNames": {"listPets": "list_pets"},
        "mcpTags": ["shop"],
        "descriptionPrefix": "Example shop:",
        "timeoutSeconds": 30,
        "retries": 2,
    },
    "permissions": {"network": ["api.example.com"]},
    "update": {"from": "none"},
}

_MODULE: dict[str, Any] = {
    "id": "notes",
    "name": "io.github.you/notes",
    "title": "Notes",
    "description": "Keep notes in a folder.",
    "version": "0.1.0",
    **_COMMON,
    "module": {
        "path": "notes_mcp.server",
        "entrypoint": "create_server",
        "package": {
            "registryType": "pypi",
            "identifier": "notes-mcp",
            "version": "0.1.0",
            "transport": {"type": "stdio"},
        },
    },
    "permissions": {"filesystem": "any"},
    "update": {"from": "pypi"},
}

SAMPLES = (_NPM, _PYPI, _REMOTE, _OPENAPI, _MODULE)
