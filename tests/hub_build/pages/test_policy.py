"""The policy of pages: said by hosts and by the pages themselves, and kept by what is built."""

import re

import yaml

from hub_build.hosts.rules import EVERYWHERE, PAGE_POLICY
from hub_build.pages.source import find_source


def test_pages_and_hosts_say_the_same():
    said = re.search(r'content_security_policy: "(.+)"', find_source().config.read_text())[1]
    assert said == PAGE_POLICY
    assert EVERYWHERE["Content-Security-Policy"].startswith(PAGE_POLICY)
    assert "unsafe" not in PAGE_POLICY


def test_every_page_of_the_prose_says_it_before_it_loads_anything(prose):
    pages = {path: data.decode() for path, data in prose.items() if path.endswith(".html")}
    assert len(pages) > 20
    for path, text in pages.items():
        head, _, _ = text.partition("<link")
        assert f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">' in head, path


def test_no_page_has_a_script_or_a_style_written_into_it(prose):
    for path, data in prose.items():
        if path.endswith(".html"):
            text = data.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|href=\"javascript:", text), path
            for attributes in re.findall(r"<script([^>]*)>", text):
                assert "src=" in attributes or 'type="application/json"' in attributes, path


def test_no_page_loads_anything_from_another_host(prose):
    loads = re.compile(r"<(?:script|img|iframe|source|link)[^>]*?(?:src|href)=\"(https?:)?//")
    for path, data in prose.items():
        if path.endswith((".html", ".css")):
            assert not loads.search(data.decode()), path
            assert not re.search(r"url\(\s*[\"']?(https?:)?//|@import", data.decode()), path


def test_the_theme_is_given_no_feature_that_its_successor_ignores():
    settings = yaml.load(find_source().config.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - plain words
    assert settings.keys().isdisjoint({"hooks", "plugins"})
