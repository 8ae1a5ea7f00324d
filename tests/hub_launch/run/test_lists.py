import pytest

from hub_launch.run import lists
from hub_launch.run.link import ProtocolError
from hub_launch.run.lists import ask_offer
from hub_launch.run.messages import Message, raw
from hub_launch.run.offer import Greeting

EVERYTHING = Greeting("legacy", "2025-11-25", raw({}), capabilities={"tools": {}, "resources": {}, "prompts": {}})
NOTHING = Greeting("legacy", "2025-11-25", raw({}))


def tool(name):
    return {"name": name, "inputSchema": {}}


class Server:
    """Answers lists as a test says: pages by method, or an error."""

    def __init__(self, **pages):
        self.pages = {f"{key.replace('_', '/')}/list": value for key, value in pages.items()}
        self.asked = []

    async def __call__(self, method, params):
        cursor = params.get("cursor")
        number = int(bytes(cursor).strip(b'"')) if cursor else 0
        self.asked.append((method, number))
        page = self.pages.get(method)
        if page is None:
            return Message("2.0", error=raw({"code": -32601, "message": "Method not found"}))
        if callable(page):
            return Message("2.0", result=raw(page(number)))
        return Message("2.0", result=raw(page[number]))


async def test_every_page_of_every_list_is_asked_for():
    pages = [{"tools": [tool("a")], "nextCursor": "1"}, {"tools": [tool("b")]}]
    server = Server(tools=pages, prompts=[{"prompts": [{"name": "p"}]}], resources=[{"resources": []}])
    offer = await ask_offer(server, EVERYTHING)
    assert [one.name for one in offer.tools] == ["a", "b"]
    assert [one.name for one in offer.prompts] == ["p"]
    assert ("tools/list", 1) in server.asked


async def test_of_a_server_that_says_so_little_only_tools_are_asked():
    server = Server(tools=[{"tools": [tool("a")]}])
    assert [one.name for one in (await ask_offer(server, NOTHING)).tools] == ["a"]
    assert server.asked == [("tools/list", 0)]


async def test_what_is_malformed_or_there_twice_is_left_out_and_told():
    server = Server(tools=[{"tools": [tool("a"), tool("a"), {"name": "b"}, 5]}])
    offer = await ask_offer(server, NOTHING)
    assert [one.name for one in offer.tools] == ["a"]
    assert offer.left_out == ("a second tool 'a'", "tool 'b': it has no inputSchema", "a tool that is no object")


async def test_of_much_that_is_left_out_a_part_is_told():
    server = Server(tools=[{"tools": [5] * 100}])
    assert (await ask_offer(server, NOTHING)).left_out[-1] == "95 more"


async def test_a_cursor_that_leads_to_itself_is_the_end():
    server = Server(tools=lambda number: {"tools": [tool("a")], "nextCursor": "1"})
    assert [one.name for one in (await ask_offer(server, NOTHING)).tools] == ["a"]
    assert len(server.asked) == 2


async def test_a_list_without_an_end_is_none():
    server = Server(tools=lambda number: {"tools": [], "nextCursor": str(number + 1)})
    with pytest.raises(ProtocolError, match=f"no end: {lists.MAX_PAGES} pages were read"):
        await ask_offer(server, NOTHING)


async def test_more_than_anybody_can_use_is_no_list():
    server = Server(tools=[{"tools": [tool(f"t{n}") for n in range(lists.MAX_DEFINITIONS + 1)]}])
    with pytest.raises(ProtocolError, match="too many or too large tools: 5,000"):
        await ask_offer(server, NOTHING)


@pytest.mark.parametrize("result", [{}, {"tools": None}, {"tools": {"a": 1}}, {"tools": "x"}], ids=str)
async def test_a_result_without_its_list_is_none(result):
    with pytest.raises(ProtocolError, match="no list `tools`"):
        await ask_offer(Server(tools=[result]), NOTHING)


async def test_an_error_about_tools_is_one_and_about_the_rest_is_none():
    async def broken(method, params):
        return Message("2.0", error=raw({"code": -32603, "message": "out of luck"}))

    with pytest.raises(ProtocolError, match="out of luck"):
        await ask_offer(broken, NOTHING)

    async def half(method, params):
        return Message("2.0", result=raw({"tools": []})) if method == "tools/list" else await broken(method, params)

    assert (await ask_offer(half, EVERYTHING)).tools == ()
