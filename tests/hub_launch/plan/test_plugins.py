import sys
from dataclasses import replace

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch, MissingParameters, StdioLaunch, parameters_of, plan, register_loader
from hub_launch.plan import plugins as plugins_module

GOOD = """
from hub_launch.catalog import EnvironmentVariable
from hub_launch.plan import declared, process_launch

VARIABLES = [EnvironmentVariable(name="WASM_KEY", is_required=True, is_secret=True)]

def plan(server, title, part, values, context):
    return process_launch(server, title, "any", ["/bin/wasm", part["file"]], VARIABLES, values, context)

def parameters(part):
    return declared(variables=VARIABLES)
"""


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    """Plug-ins that one test has are unknown to the next."""
    monkeypatch.setattr(plugins_module, "_registered", {})
    plugins_module._load.cache_clear()
    yield
    plugins_module._load.cache_clear()
    for name in [name for name in sys.modules if name.startswith("plugin_")]:
        del sys.modules[name]


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a plug-in where Python finds it: its code, and the metadata that pip would write."""

    def write(code, name="acme-wasm", kind="wasm", version="1.2", value=None):
        module = f"plugin_{name.replace('-', '_')}"
        folder = tmp_path / name
        info = folder / f"{module}-{version}.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[hub_launch.loaders]\n{kind} = {value or module}\n")
        monkeypatch.syspath_prepend(folder)

    return write


@pytest.fixture
def wasm(entry):
    """An entry that a plug-in is needed for; keyword arguments add other ways."""
    return lambda **others: entry(**({"packages": None, "extensions": {"wasm": {"file": "a.wasm"}}} | others))


def test_a_plug_in_plans_the_kind_that_it_is_named_after(install, wasm, context):
    install(GOOD)
    launch = plan(wasm(), {"WASM_KEY": ["hunter2"]}, context())
    assert launch.argv == ("/bin/wasm", "a.wasm")
    assert (launch.id, launch.title, launch.kind) == ("demo", "Demo", "wasm")
    assert (launch.env["WASM_KEY"], launch.secrets) == ("hunter2", {"hunter2"})


def test_what_users_set_of_it_is_asked_for_and_checked_like_any_other(install, wasm, context):
    install(GOOD)
    assert [parameter.name for parameter in parameters_of(wasm())] == ["WASM_KEY"]
    with pytest.raises(MissingParameters, match="needs WASM_KEY"):
        plan(wasm(), {}, context())
    with pytest.raises(HubError, match="has no parameter 'WASM_KYE'"):
        plan(wasm(), {"WASM_KYE": ["x"]}, context())


def test_a_function_is_a_loader_too(install, wasm, context):
    code = "from hub_launch.plan import HttpLaunch\n" \
        "def load(server, title, part, values, context):\n" \
        "    return HttpLaunch(server, title, 'x', 'sse', 'https://a.example/')\n"  # fmt: skip
    install(code, value="plugin_acme_wasm:load")
    launch = plan(wasm(), {}, context())
    assert launch == HttpLaunch("demo", "Demo", "wasm", "sse", "https://a.example/", tags=launch.tags)


def test_it_goes_behind_packages_and_before_remotes(install, wasm, npm, context):
    install(GOOD)
    given = {"WASM_KEY": ["x"]}
    remotes = [{"type": "sse", "url": "https://a.example/"}]
    assert plan(wasm(remotes=remotes), given, context()).kind == "wasm"
    assert plan(wasm(packages=[npm()], remotes=remotes), given, context()).kind == "npm"


def test_without_a_plug_in_another_way_is_taken_or_the_kind_is_named(wasm, context):
    assert plan(wasm(remotes=[{"type": "sse", "url": "https://a.example/"}]), {}, context()).kind == "remote"
    with pytest.raises(HubError, match="no plug-in here starts servers of the kind wasm") as caught:
        plan(wasm(), {"WASM_KEY": ["x"]}, context())
    assert "a package with an entry point `wasm` in `hub_launch.loaders`" in caught.value.hint
    assert caught.value.code == ExitCode.FAILED


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "import nothing_of_that_name",
            "cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that_name'",
        ),
        ("raise SystemExit('bye')", "cannot be loaded: SystemExit: bye"),
        ("def (", "cannot be loaded: SyntaxError"),
        ("plan = 1", "cannot be loaded: plugin_acme_wasm is no loader"),
        ("def plan(*_): return {}['key\\x1b']", r"failed with KeyError: 'key\x1b'"),
        ("def plan(*_): return 'rm -rf'", "made a str in the place of a launch"),
        (
            "from hub_launch.plan import StdioLaunch\ndef plan(*_): return StdioLaunch('a', 'A', 'x', ('sh',))",
            "made a command without the absolute path of its program",
        ),
    ],
)
def test_a_broken_plug_in_is_named_and_concerns_its_own_servers_alone(install, wasm, context, code, said):
    install(code)
    with pytest.raises(HubError) as caught:
        plan(wasm(), {}, context())
    assert caught.value.message.startswith(f"the plug-in for wasm, acme-wasm 1.2, {said}")
    assert plan(wasm(remotes=[{"type": "sse", "url": "https://a.example/"}]), {}, context()).kind == "remote"


def test_parameters_that_break_are_none(install, wasm):
    install(f"{GOOD}\ndef parameters(part):\n    raise KeyError\n")
    assert parameters_of(wasm()) == []


def test_two_plug_ins_for_one_kind_are_named_and_neither_is_used(install, wasm, context):
    install(GOOD)
    install(GOOD, name="other-wasm", version="3")
    with pytest.raises(HubError, match=r"several plug-ins .* the kind wasm: acme-wasm 1\.2, other-wasm 3"):
        plan(wasm(), {}, context())


def test_plug_ins_of_other_kinds_are_not_even_loaded(install, wasm, context, tmp_path):
    install(GOOD)
    install(f"open({str(tmp_path / 'loaded')!r}, 'w')", name="acme-spy", kind="spy")
    plan(wasm(), {"WASM_KEY": ["x"]}, context())
    assert not (tmp_path / "loaded").exists()


def test_a_program_may_register_a_loader_which_goes_before_an_installed_one(install, wasm, context):
    install(GOOD)
    launch = StdioLaunch("x", "X", "x", ("/bin/true",))
    register_loader("wasm", lambda *_: launch)
    planned = plan(wasm(), {}, context())
    assert planned == replace(launch, id="demo", title="Demo", kind="wasm", tags=planned.tags)
    with pytest.raises(ValueError, match="npm is a kind that the launcher itself knows"):
        register_loader("npm", lambda *_: launch)
