"""Import, then export to the official form: nothing is lost, or a note names it."""

import copy

from hypothesis import given
from hypothesis import strategies as st
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Defaults, Ids, Kind, imported
from hub_launch.catalog import Entry
from hub_launch.catalog.document import OFFICIAL_SCHEMA
from hub_launch.judge.load.text import HIDDEN

FACTS = Defaults("MIT", ("someone",), ("utilities",), "2026-11-21", "1.0.0")
PUBLISHER = "io.modelcontextprotocol.registry/publisher-provided"

text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda one: not HIDDEN.search(one))
word = st.from_regex(r"[a-z][a-z0-9]{0,11}", fullmatch=True)
variable = st.from_regex(r"[A-Z][A-Z0-9_]{0,11}", fullmatch=True)
version = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-rc\.[0-9])?", fullmatch=True)
url = st.builds("https://{}.example.com/{}".format, word, word)


def some(required, **optional):
    """A mapping with all of `required` and any of `optional`."""
    return st.fixed_dictionaries(required, optional=optional)


asked = {
    "description": text,
    "isRequired": st.booleans(),
    "isSecret": st.booleans(),
    "format": st.sampled_from(["string", "number", "boolean", "filepath"]),
    "default": text,
    "placeholder": text,
    "choices": st.lists(text, max_size=3),
}
variables = st.dictionaries(word, some({}, **asked), max_size=2)
given_value = {"value": text, "variables": variables}
variable_input = some({"name": variable}, **asked, **given_value)
header = some({"name": word.map(lambda one: f"X-{one}")}, **asked, **given_value)
argument = some(
    {"type": st.just("positional"), "valueHint": word}, isRepeated=st.booleans(), **asked, **given_value
) | some(
    {"type": st.just("named"), "name": word.map(lambda one: f"--{one}")},
    isRepeated=st.booleans(),
    **asked,
    **given_value,
)
stdio = st.just({"type": "stdio"})
address = {"type": st.sampled_from(["streamable-http", "sse"]), "url": url}
package = some(
    {
        "registryType": st.sampled_from(["npm", "pypi", "oci", "mcpb", "nuget"]),
        "identifier": word,
        "transport": stdio | some(address, headers=st.lists(header, max_size=2)),
    },
    version=version,
    registryBaseUrl=url,
    runtimeHint=st.sampled_from(["npx", "uvx", "bun", "docker"]),
    fileSha256=st.from_regex(r"[a-f0-9]{64}", fullmatch=True),
    runtimeArguments=st.lists(argument, max_size=2),
    packageArguments=st.lists(argument, max_size=2),
    environmentVariables=st.lists(variable_input, max_size=2),
)
remote = some(address, headers=st.lists(header, max_size=2), variables=variables)
kept = st.recursive(
    text | st.booleans() | st.integers(-(2**53), 2**53),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=6,
)
server = some(
    {
        "name": st.builds("io.{}.{}/{}".format, word, word, word),
        "description": text,
        "version": version,
        "packages": st.lists(package, min_size=1, max_size=2),
    },
    title=text,
    websiteUrl=url,
    repository=some({"url": url, "source": st.sampled_from(["github", "gitlab"])}, id=word, subfolder=word),
    icons=st.lists(some({"src": url}, theme=st.sampled_from(["light", "dark"]), sizes=st.just(["48x48"])), max_size=2),
    remotes=st.lists(remote, min_size=1, max_size=2),
    _meta=st.fixed_dictionaries({PUBLISHER: st.dictionaries(text, kept, max_size=2)}),
)


def there_and_back(document):
    (one,) = imported(document, "server.json", FACTS, Ids())
    if not is_entry(one.document or {}):
        return one, None
    exported, _ = FORMATS["server.json"].write([Entry.model_validate(one.document)])
    return one, exported


@given(server)
def test_a_valid_server_comes_back_whole(missing, document):
    one, exported = there_and_back(document)
    assert exported is not None, one.notes
    assert list(missing(document, exported)) == []


@given(server)
def test_what_comes_back_beyond_it_was_guessed_and_told(missing, document):
    one, exported = there_and_back(document)
    told = {note.field for note in one.notes if note.kind is Kind.GUESSED}
    for path in missing(exported, document | {"$schema": OFFICIAL_SCHEMA}):
        assert path in told or path.rpartition(".")[0] in told


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


junk = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | text
    | st.just([])
    | st.just({})
    | st.just([{}])
)


@given(st.data(), server, junk)
def test_whatever_is_wrong_with_a_server_nothing_goes_in_silence(missing, data, document, wrong):
    broken = copy.deepcopy(document)
    *way, last = data.draw(st.sampled_from([path for path in places(broken) if path]))
    holder = broken
    for part in way:
        holder = holder[part]
    holder[last] = wrong
    one, exported = there_and_back(broken)
    if exported is None:
        assert any(note.kind in (Kind.REFUSED, Kind.MISSING) for note in one.notes)
        return
    told = {note.field for note in one.notes if note.kind in (Kind.LOST, Kind.GUESSED, Kind.CONVERTED)}
    for path in missing(broken | {"$schema": OFFICIAL_SCHEMA}, exported):
        # An item less is a list of another length.
        assert any(f"{path}.".startswith(f"{field}.") or field.startswith(f"{path}.") for field in told), (
            path,
            one.notes,
        )
