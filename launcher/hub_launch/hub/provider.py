"""What one server offers, as FastMCP components that pass requests on to it.

The lists are the supervisor's, taken when the server started: listing never waits for a server.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import mcp_types
from fastmcp.prompts.base import Prompt
from fastmcp.resources.base import Resource
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.providers import Provider
from fastmcp.server.providers.proxy import ProxyPrompt, ProxyResource, ProxyTemplate, ProxyTool
from fastmcp.tools.base import Tool
from fastmcp.utilities.components import FastMCPComponent
from fastmcp.utilities.versions import VersionSpec
from pydantic import BaseModel, ValidationError

from hub_launch.hub.client import LinkTransport, proxy_client
from hub_launch.run.offer import Definition, Offer
from hub_launch.run.server import Server

Component = TypeVar("Component", bound=FastMCPComponent)
Model = TypeVar("Model", bound=BaseModel)

_log = logging.getLogger(__name__)


class _Components:
    """An offer turned into components, once."""

    def __init__(self, offer: Offer, server: Server, transport: LinkTransport) -> None:

        def client() -> Any:
            return proxy_client(server, transport)

        tools, resources = _read(mcp_types.Tool, offer.tools), _read(mcp_types.Resource, offer.resources)
        templates, prompts = _read(mcp_types.ResourceTemplate, offer.templates), _read(mcp_types.Prompt, offer.prompts)
        self.tools: list[Tool] = [ProxyTool.from_mcp_tool(client, one) for one in tools]
        self.resources: list[Resource] = [ProxyResource.from_mcp_resource(client, one) for one in resources]
        self.templates: list[ResourceTemplate] = [ProxyTemplate.from_mcp_template(client, one) for one in templates]
        self.prompts: list[Prompt] = [ProxyPrompt.from_mcp_prompt(client, one) for one in prompts]


def _read(model: type[Model], definitions: Sequence[Definition]) -> Iterator[Model]:
    for one in definitions:
        try:
            yield model.model_validate_json(bytes(one.raw))
        except ValidationError as error:
            _log.warning("%r is unknown to FastMCP: %s", one.name, error)


class ServerProvider(Provider):
    """The components of one supervised server; none while it is neither serving nor about to."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._transport = LinkTransport(server)
        self._made_of: Offer | None = None
        self._made: _Components | None = None

    def _components(self) -> _Components | None:
        server = self._server
        if not server.listed or server.backend is None:
            return None
        if self._made is None or self._made_of is not server.offer:
            self._made, self._made_of = _Components(server.offer, server, self._transport), server.offer
        return self._made

    async def _list_tools(self) -> Sequence[Tool]:
        made = self._components()
        return made.tools if made else ()

    async def _get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        return _first(await self._list_tools(), version, lambda tool: tool.name == name)

    async def _list_resources(self) -> Sequence[Resource]:
        made = self._components()
        return made.resources if made else ()

    async def _get_resource(self, uri: str, version: VersionSpec | None = None) -> Resource | None:
        return _first(await self._list_resources(), version, lambda resource: str(resource.uri) == uri)

    async def _list_resource_templates(self) -> Sequence[ResourceTemplate]:
        made = self._components()
        return made.templates if made else ()

    async def _get_resource_template(self, uri: str, version: VersionSpec | None = None) -> ResourceTemplate | None:
        templates = await self._list_resource_templates()
        return _first(templates, version, lambda template: template.matches(uri) is not None)

    async def _list_prompts(self) -> Sequence[Prompt]:
        made = self._components()
        return made.prompts if made else ()

    async def _get_prompt(self, name: str, version: VersionSpec | None = None) -> Prompt | None:
        return _first(await self._list_prompts(), version, lambda prompt: prompt.name == name)

    async def get_tasks(self) -> Sequence[Any]:
        """None: a task cannot be passed on, since it would outlive the request."""
        return ()


def _first(
    components: Sequence[Component], version: VersionSpec | None, wanted: Callable[[Component], bool]
) -> Component | None:
    fitting = (one for one in components if wanted(one) and (version is None or version.matches(one.version)))
    return next(fitting, None)
