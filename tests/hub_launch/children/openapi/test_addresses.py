import httpx2
import pytest

from hub_launch.children.openapi.addresses import PublicOnly, by_proxy, is_public, resolve


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::1"),
    ],
)
def test_those_of_machines_and_networks_are_not_however_they_are_written(address):
    assert not is_public(address)


class Wire(httpx2.AsyncBaseTransport):
    """Remembers what would go to the network, which tests cannot reach."""

    def __init__(self, *broken):
        self.requests = []
        self.broken = broken

    async def handle_async_request(self, request):
        self.requests.append(request)
        if request.url.host in self.broken:
            raise httpx2.ConnectError("no route")
        return httpx2.Response(200)


def client(wire, *addresses):
    async def known(host, port):
        return addresses

    return httpx2.AsyncClient(transport=PublicOnly(wire, known))


async def test_the_address_that_was_looked_at_is_connected_to_under_the_name():
    wire = Wire()
    async with client(wire, "93.184.215.14") as one:
        await one.get("https://api.example.com/v1?x=1")
    (request,) = wire.requests
    assert str(request.url) == "https://93.184.215.14/v1?x=1"
    assert request.headers["host"] == "api.example.com"
    assert request.extensions["sni_hostname"] == "api.example.com"


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "169.254.169.254"], ["::1"]])
async def test_a_name_that_leads_into_the_users_network_is_refused(addresses):
    wire = Wire()
    async with client(wire, *addresses) as one:
        with pytest.raises(ValueError, match="which is no public address; nothing was sent"):
            await one.get("https://api.example.com/")
    assert wire.requests == []


async def test_the_next_address_is_tried_when_one_cannot_be_reached():
    wire = Wire("2606:2800:21f::1")
    async with client(wire, "2606:2800:21f::1", "93.184.215.14") as one:
        assert (await one.get("https://api.example.com/")).status_code == 200
    assert [request.url.host for request in wire.requests] == ["2606:2800:21f::1", "93.184.215.14"]


async def test_when_none_can_be_reached_it_says_so():
    async with client(Wire("93.184.215.14"), "93.184.215.14") as one:
        with pytest.raises(httpx2.ConnectError, match="no route"):
            await one.get("https://api.example.com/")


async def test_a_name_without_an_address_cannot_be_connected_to():
    with pytest.raises(httpx2.ConnectError, match=r"nowhere\.invalid has no address"):
        await resolve("nowhere.invalid", 443)
    assert "127.0.0.1" in await resolve("127.0.0.1", 80)


def test_what_goes_through_a_proxy_is_looked_up_there(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "internal.example")
    assert by_proxy(httpx2.URL("https://api.example.com"))
    assert not by_proxy(httpx2.URL("https://internal.example"))
    assert not by_proxy(httpx2.URL("http://api.example.com"))
