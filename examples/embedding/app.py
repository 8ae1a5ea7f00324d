"""A web application with MCP servers in it: `uvicorn app:app`, then http://127.0.0.1:8000/time/Europe/Paris.

Its own routes call tools, and whoever speaks MCP finds all of them at http://127.0.0.1:8000/hub/mcp.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException

from hub_launch import Hub, ToolError


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The servers live as long as the application."""
    # What the servers run was read by whoever wrote this; without `approve` it starts what `hub-launch lock time` has.
    async with Hub("time", approve=True) as hub:
        app.state.hub = hub
        app.mount("/hub", hub.app)
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/time/{area}/{place}")
async def time(area: str, place: str) -> str:
    """What time it is somewhere."""
    hub: Hub = app.state.hub
    try:
        result = await hub.call("time_get_current_time", timezone=f"{area}/{place}")
    except ToolError as error:
        raise HTTPException(404, error.message) from error
    return str(result.structured["datetime"] if result.structured else result.text)
