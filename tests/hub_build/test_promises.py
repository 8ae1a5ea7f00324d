"""Whatever gets lost between the registry and the files is noticed."""

import json
from dataclasses import replace

import pytest

from hub_build.compile import compile_registry
from hub_build.outputs import OUTPUTS, render
from hub_build.promises import PROMISES, UNPROMISED, check_promises
from hub_launch.catalog import Lists
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.registry import read_registry


@pytest.fixture
def built(registry):
    registry.add("weather")
    registry.record("weather")
    registry.add("docs", packages=..., remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    registry.add("gone", status="withdrawn")
    registry.write("lists.yaml", 'withdrawn: [{id: past, reason: It was taken over., date: "2026-11-01"}]\n')
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    compiled = replace(compile_registry(read_registry(registry.folder)), base_url="https://example.com/")
    return compiled, render(compiled)


def test_a_whole_site_keeps_every_promise(built):
    check_promises(*built)


@pytest.mark.parametrize("yanked", ["1.4.0", "1.3.0"])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_site_with_earlier_and_yanked_versions_keeps_every_promise(registry, earlier, yanked):
    registry.add("clock")
    registry.add("weather")
    if earlier:
        registry.add_version("weather")
    lists = f'yanked: [{{id: weather, version: "{yanked}", reason: It deletes files., date: "2026-11-30"}}]\n'
    registry.write("lists.yaml", lists)
    compiled = replace(compile_registry(read_registry(registry.folder)), base_url="https://example.com/")
    files = render(compiled)
    check_promises(compiled, files)
    del files[next(path for path in files if path.startswith("entries/weather/"))]
    with pytest.raises(HubError, match="entries"):
        check_promises(compiled, files)


def test_every_output_that_is_about_servers_promises_something():
    # The same for every registry, or an extract.
    assert {"openapi", "errors", "host_files", "llms"} == UNPROMISED
    assert PROMISES.keys() <= OUTPUTS.keys()


@pytest.mark.parametrize("output", PROMISES)
def test_an_output_that_is_missing_is_noticed(built, output):
    compiled, _ = built
    files = {path: data for name, made in OUTPUTS.items() if name != output for path, data in made(compiled)}
    with pytest.raises(HubError) as caught:
        check_promises(compiled, files)
    assert caught.value.code == ExitCode.INTERNAL
    assert output in caught.value.message or output == "index"


@pytest.mark.parametrize("output", PROMISES)
def test_a_server_that_an_output_forgot_is_named(built, output):
    """The outputs of a registry without its servers, in the place of one output of the whole one."""
    compiled, files = built
    fewer = replace(
        compiled,
        documents=(),
        specs={},
        seen={},
        lists=Lists(),
    )
    kept = {path: data for path, data in files.items() if path not in dict(OUTPUTS[output](compiled))}
    with pytest.raises(HubError):
        check_promises(compiled, {**kept, **dict(OUTPUTS[output](fewer))})


def changed(path, change):
    def apply(files):
        document = json.loads(files[path])
        change(document)
        files[path] = json.dumps(document).encode()

    return apply


def both(change):
    def apply(files):
        for tree in ("v0", "v0.1"):
            changed(f"{tree}/servers/index.json", change)(files)

    return apply


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (changed("index.json", lambda one: one["servers"][0].pop("sha256")), "index is not .*sha256: Field required"),
        (changed("search.json", lambda one: one["servers"][0].pop()), "search is not .*Field required"),
        (changed("search.json", lambda one: one["servers"].pop()), "search lacks 1 of 3: weather"),
        (changed("search.json", lambda one: one["servers"].append(one["servers"][0])), "search has 1 too many: api"),
        (both(lambda one: one["servers"][0]["server"].pop("description")), "v0 is not .*description: Field required"),
        (both(lambda one: one["servers"][0].pop("_meta")), "v0 is not .*_meta: Field required"),
        (both(lambda one: one.pop("metadata")), "v0 is not .*metadata: Field required"),
        (both(lambda one: one["metadata"].update(count=9)), r"metadata\.count is 9 for 3 servers"),
        (both(lambda one: one["metadata"].update(nextCursor="x")), "v0 is not .*nextCursor: Extra inputs"),
        (changed("v0/servers/index.json", lambda one: one["servers"].pop()), "v0 and v0.1 differ"),
        (
            changed("v0/servers/weather", lambda one: one["server"].update(version="9")),
            "v0/servers/.*weather is not what",
        ),
        (changed("badges/weather.json", lambda one: one.pop("message")), "badges is not .*message: Field required"),
        (lambda files: files.pop("badges/weather.svg"), "badges is not .*there is no 'badges/weather.svg'"),
        (lambda files: files.update({"feed.xml": b"<feed>"}), "feed is not .*no element found"),
        (lambda files: files.pop("v0.1/servers/weather"), "there is no 'v0.1/servers/weather'"),
        (lambda files: files.pop("v0.1/servers/io.github.example/weather/versions/latest"), "v0 is not .*latest"),
    ],
)
def test_what_is_lost_is_named(built, change, words):
    compiled, files = built
    change(files)
    with pytest.raises(HubError, match=words):
        check_promises(compiled, files)


def test_a_document_that_is_not_what_its_hash_says_is_noticed(built):
    compiled, files = built
    files[compiled.index.servers[0].path] += b" "
    with pytest.raises(HubError, match=r"entries is not .*is not what its name says"):
        check_promises(compiled, files)
