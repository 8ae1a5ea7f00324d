import ipaddress

import pytest

from hub_launch.addresses import as_ipv4, innermost, is_numeric, is_private_name, is_public, read_address


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("010.0.0.1", "8.0.0.1"),
        ("1.2.3.4.", "1.2.3.4"),
    ],
)
def test_an_ipv4_address_is_known_in_every_spelling(text, meant):
    assert is_numeric(text)
    assert as_ipv4(text) == ipaddress.IPv4Address(meant)


@pytest.mark.parametrize("text", ["1.2.3.256", "1.2.3.4.5", "4294967296", "09.0.0.1"])
def test_numbers_that_are_no_address_are_none(text):
    assert is_numeric(text)
    assert as_ipv4(text) is None


@pytest.mark.parametrize("text", ["example.com", "1.2.3.com", "a1", "::1"])
def test_names_are_not_numbers(text):
    assert not is_numeric(text)


@pytest.mark.parametrize("text", ["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::a00:1"])
def test_an_address_inside_another_is_found(text):
    assert innermost(read_address(text)) == ipaddress.IPv4Address("10.0.0.1")
    assert not is_public(read_address(text))


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
        ("::", False),
    ],
)
def test_public_addresses_are_told_from_others(text, public):
    assert is_public(read_address(text)) is public


@pytest.mark.parametrize(
    ("name", "private"),
    [("box.local", True), ("mcp", True), ("A.INTERNAL.", True), ("example.com", False), ("local.example.com", False)],
)
def test_names_that_each_network_reads_its_own_way_are_known(name, private):
    assert is_private_name(name) is private
