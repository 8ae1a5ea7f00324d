"""Tests that need MCP servers: they have a hub of their own, and end it. Needs pytest and pytest-asyncio."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hub_launch import Hub


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub whose files are the test's own."""
    parameters = {"filesystem": {"folder": str(tmp_path)}}
    async with Hub("filesystem", parameters=parameters, approve=True) as running:
        yield running


@pytest.mark.asyncio
async def test_what_was_written_is_read(hub: Hub, tmp_path: Path) -> None:
    """A real server, a real file."""
    path = str(tmp_path / "note.txt")
    await hub.call("filesystem_write_file", path=path, content="hello")
    assert (tmp_path / "note.txt").read_text() == "hello"
    assert "hello" in (await hub.call("filesystem_read_text_file", path=path)).text
