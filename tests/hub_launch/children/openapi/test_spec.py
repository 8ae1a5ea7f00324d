import gzip

import pytest
import yaml

from hub_launch.catalog import sha256_hex
from hub_launch.children.openapi import load_spec
from hub_launch.children.openapi.fetch import fetch
from hub_launch.children.openapi.spec import parse_spec
from hub_launch.children.openapi.yaml import read_yaml


def test_a_description_may_be_json_or_yaml(tmp_path, spec_file, spec):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec))
    assert load_spec(str(tmp_path / "spec.yaml")) == load_spec(str(spec_file)) == spec


def test_a_description_with_another_hash_is_refused(spec_file):
    assert load_spec(str(spec_file), sha256_hex(spec_file.read_bytes()))
    with pytest.raises(ValueError, match="has changed since the entry was published"):
        load_spec(str(spec_file), "0" * 64)


def test_a_huge_description_is_refused(tmp_path):
    with (tmp_path / "spec.json").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    with pytest.raises(ValueError, match="larger than 8,388,608 bytes"):
        load_spec(str(tmp_path / "spec.json"))


def test_a_description_over_plain_http_is_not_fetched(web):
    with pytest.raises(OSError, match="No such file"):
        load_spec(f"{web.url}/openapi.json")
    assert web.requests == []


def test_no_python_object_is_made_of_a_yaml_tag(tmp_path):
    (tmp_path / "spec.yaml").write_text("openapi: !!python/object/apply:os.system ['touch evil']")
    with pytest.raises(ValueError, match=r"line 1 has the tag 'tag:yaml.org,2002:python/object/apply:os.system'"):
        load_spec(str(tmp_path / "spec.yaml"))


@pytest.mark.parametrize(
    "reference", ["https://evil.example/x.json#/a", "other.yaml", "file:///etc/passwd", "//evil.example/x"]
)
def test_nothing_else_is_read_than_the_description(tmp_path, spec, reference):
    spec["components"] = {"schemas": {"A": {"items": [{"$ref": reference}]}}}
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec))
    with pytest.raises(ValueError, match="which is outside of it; nothing else is read"):
        load_spec(str(tmp_path / "spec.yaml"))


# YAML


def test_yaml_means_what_json_can_say():
    text = b"""
200: {country: NO, on: off, day: 2026-11-21, time: 12:30, mode: 0755, version: 1.10, big: 1_000}
true: [true, False, null, ~, -3, 1.5, 1e3, "no"]
"""
    assert read_yaml(text) == {
        "200": {
            "country": "NO",
            "on": "off",
            "day": "2026-11-21",
            "time": "12:30",
            "mode": "0755",
            "version": 1.1,
            "big": "1_000",
        },
        "true": [True, False, None, None, -3, 1.5, 1000.0, "no"],
    }


def test_an_alias_is_refused_with_its_line():
    with pytest.raises(ValueError, match=r"line 2 has an alias \(\*a\); write it out"):
        read_yaml(b"x: &a [1, 2]\ny: [*a, *a]")


# Fetching


async def test_redirects_of_a_description_stay_with_https(web, web_answer, monkeypatch):
    web.answers = {"/old": web_answer(b"", 302, {"Location": "http://127.0.0.1:1/new"})}
    monkeypatch.setattr("hub_launch.children.openapi.fetch.PublicOnly", lambda: None)
    with pytest.raises(ValueError, match="which is not https"):
        await fetch(f"{web.url}/old", 100)


async def test_a_description_is_not_fetched_from_the_users_own_network(web):
    with pytest.raises(ValueError, match=r"is at 127\.0\.0\.1, which is no public address; nothing was sent"):
        await fetch(f"{web.url}/openapi.json", 100)
    assert web.requests == []


async def test_of_a_huge_description_no_more_is_read_than_needed(web, web_answer, monkeypatch):
    packed = gzip.compress(bytes(50_000_000))
    web.answers = {"/big": web_answer(packed, 200, {"Content-Encoding": "gzip"})}
    monkeypatch.setattr("hub_launch.children.openapi.fetch.PublicOnly", lambda: None)
    assert len(await fetch(f"{web.url}/big", 1000)) == 1001


@pytest.mark.parametrize("value", ["!!bool maybe", '!!int ""', "!!timestamp 2026-11-21", "!!set {a}", "!!binary eA=="])
def test_a_tag_is_refused_with_its_line(value):
    with pytest.raises(ValueError, match=r"^line 2 has the tag 'tag:yaml.org,2002:"):
        read_yaml(f"openapi: 3.1.0\nx: {value}".encode())
    assert read_yaml(b"a: !!str 1") == {"a": "1"}


@pytest.mark.parametrize("levels", [101, 400, 100_000])
def test_json_is_nested_no_deeper_than_yaml(levels):
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        parse_spec(b'{"openapi": "3.1.0", "x": ' + b"[" * levels + b"]" * levels + b"}")
