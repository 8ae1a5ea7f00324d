from hub_build.pages.data import recent


def changes(views):
    return views(recent)["changes/index.html"].model.days


def test_new_servers_and_new_versions_are_told_apart(registry, views):
    registry.add("weather")
    registry.add_version("weather")
    days = changes(views)
    assert [day for day, _ in days] == ["2026-11-21", "2026-01-02"]
    new, first = days[0][1][0], days[1][1][0]
    assert (new.event, new.before, new.version) == ("version", "1.3.0", "1.4.0")
    assert (first.event, first.before, first.version) == ("new", "", "1.3.0")


def test_a_version_says_what_is_different(registry, views):
    registry.add("weather", permissions={"network": "any"})
    registry.add_version("weather", permissions={"network": "none"})
    assert changes(views)[0][1][0].details == ("network: any, was none",)


def test_what_was_taken_back_is_told_with_its_reason(registry, views):
    registry.add("weather")
    registry.add_version("weather")
    registry.write(
        "lists.yaml", 'yanked: [{id: weather, version: 1.3.0, reason: It deletes files., date: "2026-12-01"}]\n'
    )
    change = changes(views)[0][1][0]
    assert (change.day, change.event, change.version) == ("2026-12-01", "yanked", "1.3.0")
    assert change.details == ("It deletes files.",)


def test_a_withdrawn_server_is_told_on_its_day(registry, views):
    registry.add("weather")
    registry.write("lists.yaml", 'withdrawn: [{id: weather, reason: It was taken over., date: "2026-12-01"}]\n')
    assert [(day, one.event) for day, found in changes(views) for one in found] == [
        ("2026-12-01", "withdrawn"), ("2026-11-21", "new"),
    ]  # fmt: skip


def test_lists_about_servers_that_are_gone_lead_nowhere(registry, views):
    registry.add("weather")
    registry.write("lists.yaml", 'withdrawn: [{id: gone, reason: It was taken over., date: "2026-12-01"}]\n')
    assert [day for day, _ in changes(views)] == ["2026-11-21"]


def test_the_page_has_the_newest_alone(registry, views):
    for number in range(recent.MAX_CHANGES + 1):
        registry.add(f"server-{number}", published="2026-11-20" if number else "2026-01-01")
    days = changes(views)
    assert [(day, len(found)) for day, found in days] == [("2026-11-20", recent.MAX_CHANGES)]


def test_the_page_leads_to_the_feed_and_to_the_servers(registry, pages):
    registry.add("weather")
    text = pages(recent)["changes/index.html"]
    assert 'href="../feed.xml"' in text
    assert 'href="../servers/weather/"' in text
