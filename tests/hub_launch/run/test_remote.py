import pytest

from hub_launch.plan import HttpLaunch
from hub_launch.run.http import HttpLink
from hub_launch.run.remote import remote_link
from hub_launch.run.sse_link import SseLink


@pytest.mark.parametrize(("transport", "kind"), [("streamable-http", HttpLink), ("sse", SseLink)])
async def test_a_link_is_of_the_kind_that_its_launch_names(transport, kind):
    link = remote_link(HttpLaunch("far", "Far", "remote", transport, "http://127.0.0.1:1/mcp"), print)
    assert type(link) is kind
    await link.close()
