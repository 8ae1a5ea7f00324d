import pytest

from hub_build.pages.data import publishers


def page(pages, key="io.github.example"):
    return " ".join(pages(publishers)[f"publishers/@{key}/index.html"].split())


def test_a_publisher_is_a_namespace_whatever_its_letters(registry, views):
    registry.add("weather", name="io.github.Example/weather")
    registry.add("climate", name="io.github.example/climate")
    registry.add("other", name="com.example/other")
    made = views(publishers)
    assert set(made) == {
        "publishers/index.html",
        "publishers/@com.example/index.html",
        "publishers/@io.github.example/index.html",
    }
    assert made["publishers/@io.github.example/index.html"].model.publisher.servers == 2


def test_the_page_says_whose_names_these_are(registry, pages):
    registry.add("weather")
    registry.add("other", name="com.example/other")
    assert '<a href="https://github.com/example" rel="nofollow noopener">the GitHub account example</a>' in page(pages)
    assert '<a href="https://example.com/" rel="nofollow noopener">the domain example.com</a>' in page(
        pages, "com.example"
    )


def test_without_proof_the_page_says_that_nobody_has_proved_it(registry, pages):
    registry.add("weather")
    text = page(pages)
    assert "Nobody has proved that its server is theirs" in text
    assert 'id="proof"' not in text


def test_proof_is_shown_with_its_packages_and_its_day(registry, pages):
    registry.add("weather")
    registry.prove("weather")
    text = page(pages)
    assert "Its server is verified" in text
    assert "npm <code>@example/weather</code></td><td>2026-11-20</td>" in text


@pytest.mark.parametrize("proved", ["weather", "climate"])
def test_where_some_are_proved_the_others_are_not_taken_for_it(registry, pages, proved):
    registry.add("weather")
    registry.add("climate")
    registry.prove(proved)
    assert "1 of its 2 servers is verified" in page(pages)


def test_a_withdrawn_server_is_shown_as_its_publishers(registry, pages):
    registry.add("weather", status="withdrawn")
    assert "withdrawn</span>" in page(pages)


def test_no_namespace_is_a_file_of_the_folder(registry, views):
    registry.add("weather", name="index.html/weather")
    assert set(views(publishers)) == {"publishers/index.html", "publishers/@index.html/index.html"}


def test_maintainers_are_named_once(registry, pages):
    registry.add("weather", maintainers=["zoe", "adam"])
    registry.add("climate", maintainers=["adam"])
    text = page(pages)
    assert text.count(">adam</a>") == 1
    assert text.index(">adam</a>") < text.index(">zoe</a>")
