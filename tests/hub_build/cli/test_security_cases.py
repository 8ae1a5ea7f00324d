"""What a hostile pull request may bring, case by case, each with what proves that it is refused.

A case is proved by examples below tests/examples/invalid (which test_examples.py holds against what they state), where
it cannot be a file in a repository by a file that is made here, and where it is about a branch by a test of branches.
"""

import codecs
import json
from pathlib import Path

import pytest

INVALID = Path(__file__).parents[2] / "examples" / "invalid"

DEEP = 5_000

EXAMPLES = {
    "alias bomb": "load/alias-bomb",
    "self-alias": "load/self-alias",
    "duplicate keys": "load/duplicate-key load/duplicate-nested-key",
    "version: 1.10 becomes 1.1": "load/version-as-number",
    "no, 010 and dates coerced": "load/norway load/on-and-yes load/octal load/date load/sexagesimal load/floats",
    "python tags": "load/python-tag load/text-tag",
    "several documents": "load/two-documents",
    "merge keys": "load/merge-key",
    "bidi characters": "load/bidi-override load/bidi-isolate load/hidden-in-comment load/hidden-by-escape",
    "zero-width characters": "load/zero-width load/emoji-joiner",
    "tag characters": "load/tag-characters",
    "homoglyph or mixed-script id": "schema/homoglyph-id schema/mixed-script-name letters/mixed-title",
    "ids equal but for - and _": "unique/ids-alike unique/ids-differ-by-hyphen",
    "names equal but for case": "unique/names-differ-by-case",
    "../x": "schema/path-id schema/parent-folder",
    "con": "reserved/con reserved/windows-name",
    ".": "schema/dot-id",
    "300 characters": "schema/long-id",
    "id is not the file name": "file_name/other-name",
    "identifier -c": "packages/option",
    "identifier ./x": "packages/relative-path packages/windows-path",
    "identifier file:": "packages/file-spec",
    "identifier github:": "packages/github-spec packages/repository-shorthand",
    "identifier git+ssh:": "packages/git-ssh",
    "identifier URL": "packages/tarball packages/direct-reference",
    "identifier npm: alias": "packages/alias",
    "@latest and ranges": "packages/latest-in-name packages/range-in-name packages/partial-version "
    "packages/tag-as-version packages/no-version schema/latest-version schema/range-version schema/wildcard-version",
    "--index-url": "arguments/uvx-index-url packages/index-option arguments/npx-registry",
    "runner flag -c": "arguments/npx-c arguments/npx-glued",
    "runner flag --call": "arguments/npx-call",
    "runner flags -e and --eval": "arguments/npx-eval arguments/npx-eval-short",
    "runner flag --node-options": "arguments/npx-node-options",
    "runner flag --from": "arguments/uvx-from",
    "runner flag --with": "arguments/uvx-with",
    "runner flag -m": "arguments/uvx-m",
    "env NODE_OPTIONS": "environment/node-options environment/windows-spelling",
    "env LD_PRELOAD": "environment/ld-preload environment/dyld",
    "env PYTHONPATH": "environment/pythonpath",
    "env PATH": "environment/path",
    "env BASH_ENV": "environment/bash-env",
    "env npm_config_*": "environment/npm-config",
    "docker --privileged": "arguments/docker-privileged",
    "docker host mounts": "arguments/docker-volume arguments/docker-mount",
    "docker --net=host": "arguments/docker-net-host",
    "docker socket": "arguments/docker-socket arguments/socket-for-the-server",
    "docker tag without digest": "packages/tag-without-digest",
    "remote over http": "urls/http",
    "remote with userinfo": "urls/userinfo urls/userinfo-disguise",
    "remote on a private address": "urls/private urls/private-10 urls/carrier-grade urls/localhost urls/dot-localhost "
    "urls/internal urls/bare-name urls/mirror urls/unique-local-ipv6 urls/loopback-ipv6",
    "remote on a link-local address": "urls/link-local",
    "remote with decimal or hexadecimal IPv4": "urls/decimal urls/hexadecimal urls/octal urls/short-ipv4",
    "remote with mapped IPv6": "urls/mapped-ipv6 urls/mapped-metadata urls/nat64",
    "javascript:": "schema/javascript-remote schema/javascript-website text/javascript-link text/javascript-entity",
    "OpenAPI servers on private hosts": "spec_servers/private spec_servers/localhost spec_servers/of-an-operation "
    "spec_servers/metadata-by-default urls/base-url-private urls/base-url-default",
    "OpenAPI external $ref": "spec_file/external-ref spec_file/file-ref",
    "secret-shaped literals": "secrets/github-token secrets/in-a-comment secrets/in-documentation secrets/private-key "
    "secrets/random-header secrets/web-token credentials/secret-for-everybody",
    "HTML in text": "text/html-title text/script text/image text/html-documentation",
    "a name one edit from a popular one": "confusable/one-letter-more confusable/one-letter-less "
    "confusable/another-letter confusable/letters-exchanged confusable/digit-for-letter confusable/namespace",
}

# What the rules of the official registry add to its schema.
EXAMPLES |= {
    "name parts end alphanumeric": "schema/bad-name",
    "repository of no known forge": "links/other-forge links/owner-alone links/folder-in-address links/wrong-source",
    "subfolder with ..": "schema/parent-folder",
    "website without https": "schema/http-website",
    "remote with an undeclared variable": "variables/undeclared-in-address",
    "stdio with an address": "schema/address-with-stdio",
    "two entries of one name": "unique/same-name",
    "one remote in two entries": "urls/same-remote",
    "image with version or base URL": "packages/image-with-version packages/image-with-base-url",
    "bundle without hash or over http": "packages/bundle-without-hash packages/bundle-over-http",
}

ENTRY = """\
id: weather
name: io.github.example/weather
title: Weather
"""

MADE = {
    "5000-deep flow": (ENTRY + "tags: " + "[" * DEEP, "too-deep", 4),
    "5000-deep mappings": (ENTRY + "tags: " + "{a: " * DEEP, "too-deep", 4),
    "more than 64 KB": (ENTRY + f"documentation: {'x' * 64 * 1024}\n", "too-large", 1),
    "BOM": (codecs.BOM_UTF8 + ENTRY.encode(), "encoding", 1),
    "UTF-16": (ENTRY.encode("utf-16"), "encoding", 1),
    "UTF-16 without mark": (ENTRY.encode("utf-16-le"), "encoding", 1),
    "NUL": (ENTRY + "tags: [a\0b]\n", "encoding", 4),
    "alias in the place of the document": ("*a\n", "alias", 1),
}

# Cases of a pull request, not of a file: tests that compare a branch with its base.
OF_BRANCHES = {
    "edit of another owner's entry": (
        "test_rules.py test_a_change_by_somebody_else_is_reviewed_and_names_who_decides",
        "test_rules.py test_who_adds_himself_as_maintainer_is_none_yet",
    ),
    "edit of a published version": (
        "test_published.py test_an_edited_version_fails_with_the_way_back",
        "test_releases.py test_what_runs_changes_with_a_new_version_only",
    ),
    "change of the own validator": ("test_rules.py test_a_change_of_what_judges_it_is_reviewed",),
}


@pytest.mark.parametrize("case", EXAMPLES)
def test_every_example_of_a_case_is_there_and_states_what_is_wrong(case):
    for name in EXAMPLES[case].split():
        example = next(path for path in (INVALID / name, INVALID / f"{name}.yaml") if path.exists())
        files = list(example.rglob("*.yaml")) if example.is_dir() else [example]
        assert any("# expect: " in text or "# review: " in text for text in (one.read_text() for one in files))


@pytest.mark.parametrize("case", MADE)
def test_a_file_that_cannot_be_an_example_is_refused_by_name_and_line(case, run, registry):
    content, rule, line = MADE[case]
    registry.add("good")
    path = registry.folder / "servers" / "weather.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = run("check", "--format", "json")
    (finding,) = json.loads(ended.out)["findings"]
    assert ended.code == 1
    assert (finding["file"], finding["rule"], finding["line"]) == ("registry/servers/weather.yaml", rule, line)


def test_symbolic_links_are_refused_by_name(run, registry, tmp_path):
    (tmp_path / "secret.yaml").write_text("id: secret\n")
    (registry.folder / "servers" / "weather.yaml").symlink_to(tmp_path / "secret.yaml")
    ended = run("check")
    assert ended.code == 1
    assert "registry/servers/weather.yaml:1: FAIL the file is a symbolic link" in ended.out


def test_files_equal_but_for_case_are_refused(run, registry):
    registry.add("weather")
    other = registry.write("servers/Weather.yaml", (registry.folder / "servers/weather.yaml").read_text())
    if other.samefile(registry.folder / "servers/weather.yaml"):
        pytest.skip("this file system knows no case")
    found = json.loads(run("check", "--format", "json").out)["findings"]
    assert {(one["file"], one["rule"]) for one in found} == {
        ("registry/servers/Weather.yaml", "file-name"),
        ("registry/servers/Weather.yaml", "unique"),
        ("registry/servers/weather.yaml", "unique"),
    }


@pytest.mark.parametrize("case", OF_BRANCHES)
def test_every_case_of_a_pull_request_has_its_test(case):
    for file, test in map(str.split, OF_BRANCHES[case]):
        assert f"def {test}(" in (Path(__file__).parents[1] / "changes" / file).read_text()


def test_no_hostile_file_hides_another(run, registry):
    for number, (content, _, _) in enumerate(MADE.values()):
        path = registry.folder / "servers" / f"bad-{number}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    registry.add("broken", title=...)
    found = json.loads(run("check", "--format", "json").out)["findings"]
    assert {one["file"] for one in found} == {
        *(f"registry/servers/bad-{number}.yaml" for number in range(len(MADE))),
        "registry/servers/broken.yaml",
    }
