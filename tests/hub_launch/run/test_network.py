import asyncio
import contextlib
import socket
import ssl
import subprocess

import httpcore2
import pytest

from hub_launch.run.addresses import Reach, Refused
from hub_launch.run.network import CheckedNetwork, open_pool


def names(**known):
    """A look-up that answers from `known`, and notes what it was asked."""
    asked = []

    async def look_up(host, port):
        asked.append(host)
        answers = known[host.replace(".", "_")]
        return answers.pop(0) if isinstance(answers[0], list) else answers

    look_up.asked = asked
    return look_up


@pytest.fixture
async def listening():
    """A port of loopback, and the connections made to it."""
    connections = []

    async def connected(reader, writer):
        connections.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], connections
    server.close()


async def test_a_public_name_that_leads_inside_is_not_connected_to(listening):
    port, connections = listening
    network = CheckedNetwork(Reach("mcp.example.com"), names(mcp_example_com=["127.0.0.1"]))
    with pytest.raises(Refused, match=r"mcp\.example\.com leads to 127\.0\.0\.1, which is this machine"):
        await network.connect_tcp("mcp.example.com", port)
    assert connections == []


async def test_one_address_inside_among_public_ones_is_refused_before_any_is_tried(listening):
    port, _ = listening
    network = CheckedNetwork(Reach("mcp.example.com"), names(mcp_example_com=["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        await network.connect_tcp("mcp.example.com", port)


async def test_a_name_that_changes_its_meaning_is_judged_by_what_is_connected_to(listening):
    port, _ = listening
    look_up = names(mcp_test=[["127.0.0.1"], ["169.254.169.254"]])
    network = CheckedNetwork(Reach("mcp.test"), look_up)
    stream = await network.connect_tcp("mcp.test", port)
    await stream.aclose()
    with pytest.raises(Refused):
        await network.connect_tcp("mcp.test", port)
    # Once for each connection: what was judged is what was connected to.
    assert look_up.asked == ["mcp.test", "mcp.test"]


async def test_the_next_address_is_tried_where_one_does_not_answer(listening):
    port, _ = listening
    network = CheckedNetwork(Reach("mcp.test"), names(mcp_test=["127.0.0.2", "127.0.0.1"]))
    stream = await network.connect_tcp("mcp.test", port)
    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    await stream.aclose()


async def test_connections_do_not_wait_to_send_small_requests(listening):
    port, _ = listening
    stream = await CheckedNetwork(Reach("127.0.0.1")).connect_tcp("127.0.0.1", port)
    assert stream.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await stream.aclose()


async def test_a_name_without_an_address_is_told():
    with pytest.raises(httpcore2.ConnectError, match=r"[Nn]ame|node|address"):
        await CheckedNetwork(Reach("nowhere.invalid")).connect_tcp("nowhere.invalid", 80)


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost that nobody vouches for."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    subprocess.run(
        [*command, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True
    )
    return key, cert


@pytest.fixture
async def secure(certificate):
    """A web server with TLS."""
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def connected(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
                await writer.drain()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_certificates_are_those_that_the_user_configured(secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    url = f"https://localhost:{secure}/"
    async with open_pool(url) as pool:
        for _ in range(2):
            response = await pool.request("GET", url)
            assert response.content == b"hi"


async def test_a_certificate_that_nobody_vouches_for_is_refused(secure):
    url = f"https://localhost:{secure}/"
    async with open_pool(url) as pool:
        with pytest.raises(httpcore2.ConnectError, match="certificate"):
            await pool.request("GET", url)


@pytest.fixture
async def proxy():
    """A proxy that notes what it was asked for, and refuses it."""
    asked = []

    async def connected(reader, writer):
        asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    server.close()


@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_the_users_proxy_is_asked_for_what_is_far_away(proxy, monkeypatch, scheme):
    place, asked = proxy
    monkeypatch.setenv("https_proxy", f"{scheme}me:s%40fe@{place}")
    async with open_pool("https://mcp.example.com/mcp") as pool:
        with pytest.raises(httpcore2.ProxyError):
            await pool.request("GET", "https://mcp.example.com/mcp")
    assert asked[0].startswith("CONNECT mcp.example.com:443 ")
    assert "Basic bWU6c0BmZQ==" in asked[0]


async def test_the_proxy_is_not_asked_for_what_the_user_excepts_nor_for_this_machine(proxy, monkeypatch):
    place, asked = proxy
    monkeypatch.setenv("http_proxy", f"http://{place}")
    monkeypatch.setenv("no_proxy", "nowhere.invalid")
    for host in ("nowhere.invalid", "127.0.0.1"):
        async with open_pool(f"http://{host}:1/") as pool:
            with pytest.raises(httpcore2.ConnectError):
                await pool.request("GET", f"http://{host}:1/")
    assert asked == []
