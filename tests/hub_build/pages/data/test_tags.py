from hub_build.pages.data import tags
from hub_build.pages.data.paging import PAGE_SIZE


def test_a_tag_that_several_servers_have_has_a_page_of_them(registry, views):
    registry.add("weather", tags=["rain", "sun"])
    registry.add("climate", tags=["rain"])
    made = views(tags)
    assert set(made) == {"tags/index.html", "tags/rain/index.html"}
    assert [one.id for one in made["tags/rain/index.html"].model.slice.items] == ["climate", "weather"]


def test_a_tag_of_one_server_leads_to_that_server(registry, views, pages):
    registry.add("weather", tags=["sun"])
    line = views(tags)["tags/index.html"].model.slice.items[0]
    assert (line.tag, line.count, line.path) == ("sun", 1, "servers/weather/")
    assert 'href="../servers/weather/"' in pages(tags)["tags/index.html"]


def test_a_tag_that_is_said_twice_counts_once(registry, views):
    registry.add("weather", tags=["sun", "sun"])
    assert [line.count for line in views(tags)["tags/index.html"].model.slice.items] == [1]


def test_of_many_tags_the_frequent_ones_come_first_and_all_are_there(registry, views):
    registry.add("first", tags=["zz"])
    for number in range(PAGE_SIZE):
        registry.add(f"server-{number}", tags=[f"tag-{number}", "zz"])
    made = views(tags)
    assert made["tags/index.html"].model.frequent[0].tag == "zz"
    assert made["tags/page_2.html"].model.frequent == ()
    listed = [line.tag for path in ("tags/index.html", "tags/page_2.html") for line in made[path].model.slice.items]
    assert listed == sorted(listed)
    assert len(listed) == PAGE_SIZE + 1


def test_a_registry_without_tags_says_so(registry, pages):
    registry.add()
    assert "No server has a tag yet" in pages(tags)["tags/index.html"]
