"""A server that lets signed-in users in, with an authorization server of its own, both real and on loopback."""

from dataclasses import dataclass, field

import httpx2
import pytest
from fastmcp import FastMCP
from fastmcp.server.auth.auth import ClientRegistrationOptions
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider

from hub_launch.plan import HttpLaunch
from hub_launch.run.signin.flow import sign_in
from hub_launch.run.signin.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "signin")


@dataclass
class Protected:
    """The server, whom it knows, and what it was asked."""

    launch: HttpLaunch | None = None
    provider: InMemoryOAuthProvider | None = None
    asked: list[str] = field(default_factory=list)


@pytest.fixture
async def protected(serve):
    """A server that wants its users to sign in."""
    one = Protected()

    def make(url):
        one.provider = InMemoryOAuthProvider(
            base_url=url, client_registration_options=ClientRegistrationOptions(enabled=True)
        )
        mcp = FastMCP("far", auth=one.provider)
        mcp.tool(lambda text: text, name="echo")
        app = mcp.http_app(stateless_http=True, json_response=True)

        async def noting(scope, receive, send):
            if scope["type"] == "http":
                one.asked.append(f"{scope['method']} {scope['path']}")
            await app(scope, receive, send)

        return noting

    url = await serve(make=make)
    one.launch = HttpLaunch("far", "Far", "remote", "streamable-http", f"{url}/mcp")
    return one


@pytest.fixture
def browser():
    """A user who says yes to everything, with their browser."""
    seen = []

    async def visit(address):
        seen.append(address)
        async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as client:
            seen.append((await client.get(address)).text)

    visit.seen = seen
    return visit


@pytest.fixture
def signed_in(protected, store, browser):
    """Signs the user in to the protected server."""

    async def go():
        return await sign_in(protected.launch, store, browser)

    return go
