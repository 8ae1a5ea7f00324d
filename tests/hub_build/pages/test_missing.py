"""What hosts answer people when there is nothing."""

from dataclasses import replace

import pytest

from hub_build.outputs import render
from hub_build.pages.draw import drawn
from hub_build.pages.missing import whole


@pytest.mark.parametrize(
    ("base_url", "root"),
    [("", "/"), ("https://example.com/", "/"), ("https://example.com/hub/", "/hub/")],
)
def test_its_links_work_in_the_place_of_any_page(registry, compiled, frame, base_url, root):
    registry.add()
    (view,) = whole(replace(compiled(), base_url=base_url))
    path, data = drawn(view, frame)
    assert path == "404.html"
    assert f'href="{root}docs/assets/hub/theme.css"' in data.decode()
    assert f'<a class="hub-button" href="{root}">All servers</a>' in data.decode()
    assert '="../' not in data.decode()


def test_a_site_has_one_with_pages_and_without(registry, compiled):
    registry.add()
    assert "404.html" in render(compiled())
    assert "404.html" not in render(replace(compiled(), pages=True))
    assert "404.json" in render(replace(compiled(), pages=True))
