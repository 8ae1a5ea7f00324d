"""Bundles, fetched over TLS from loopback, unpacked into the cache, and started."""

import hashlib
import io
import ipaddress
import json
import os
import ssl
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.faults.walk import Work, walk

from hub_launch.catalog import Package
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.sandbox import bwrap, shut_in
from hub_launch.guard.sandbox.tiers import Tier
from hub_launch.install import install
from hub_launch.install.download import download
from hub_launch.install.mcpb import unpacked
from hub_launch.plan import plan
from hub_launch.programs import find_program


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def host(web, certificate, monkeypatch):
    """The web server, with TLS, and trusted."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    web._server.socket = tls.wrap_socket(web._server.socket, server_side=True)
    web.url = web.url.replace("http:", "https:")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return web


def bundle_of(files, manifest):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def manifest_of(type, entry_point, config=None, **more):
    server = {"type": type, "entry_point": entry_point} | ({"mcp_config": config} if config else {})
    return {"manifest_version": "0.4", "name": "demo", "version": "1.0.0", "server": server} | more


@pytest.fixture
def machine(context, tmp_path):
    """This machine."""
    return context(
        environ={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=tmp_path,
        python=sys.executable,
        which=find_program,
    )


@pytest.fixture
def prepared(host, entry, machine, tmp_path):
    """The launch of a bundle that the host has at /mcp.mcpb, ready to be started."""

    def make(data, given=None, *, sha256=None, address="/mcp.mcpb", **package):
        host.serve({"mcp.mcpb": data}, etags=False)
        whole = {
            "registryType": "mcpb",
            "identifier": f"{host.url}{address}",
            "fileSha256": sha256 or hashlib.sha256(data).hexdigest(),
            "transport": {"type": "stdio"},
        } | package
        return install(plan(entry(packages=[whole]), given or {}, machine), tmp_path / "cache", machine)

    return make


@pytest.fixture
def python_bundle(server_script):
    """A bundle with the tiny server; keywords are keys of its manifest."""

    def make(args=("${__dirname}/server/main.py", '{"tools": ["env", "echo"]}'), env=None, **more):
        config = {"command": "python", "args": list(args), "env": env or {}}
        files = {"server/main.py": server_script.read_text(), "server/lib/theirs.py": "HERE = 1"}
        return bundle_of(files, manifest_of("python", "server/main.py", config, **more))

    return make


@pytest.fixture
def answered(talk):
    """What the environment of the started server is, as it tells itself."""

    async def run(launch):
        server = await talk(launch)
        return json.loads(await server.call("env"))

    return run


async def test_a_bundle_is_fetched_unpacked_and_serves(prepared, python_bundle, answered):
    settings = {
        "api_key": {"type": "string", "title": "Key", "description": "Key", "sensitive": True, "required": True}
    }
    data = python_bundle(env={"KEY": "${user_config.api_key}", "LIB": "${__dirname}/server/lib"}, user_config=settings)
    launch = prepared(data, {"API_KEY": ["hunter2"]}, environmentVariables=[{"name": "API_KEY", "isSecret": True}])
    assert launch.packaged is None
    assert "hunter2" in launch.secrets
    env = await answered(launch)
    assert (env["KEY"], env["API_KEY"]) == ("hunter2", "hunter2")
    assert (Path(env["LIB"]) / "theirs.py").is_file()
    assert "HUB_BUNDLE_VALUES" not in env


def test_it_is_fetched_once(prepared, python_bundle, host):
    data = python_bundle()
    assert prepared(data) == prepared(data)
    assert host.paths == ["/mcp.mcpb"]


@pytest.mark.skipif(bool(bwrap.missing()), reason=bwrap.missing())
async def test_it_serves_in_the_sandbox_too(prepared, python_bundle, answered, tmp_path):
    launch = prepared(python_bundle(env={"LIB": "${__dirname}/server/lib"}))
    shut = shut_in(launch, Tier("bwrap", bwrap.missing, bwrap.wrap), tmp_path / "home")
    assert (await answered(shut))["HOME"] == str(tmp_path / "home")


def test_a_binary_can_be_run_though_its_archive_does_not_say_so(prepared):
    manifest = manifest_of("binary", "bin/server", {"command": "${__dirname}/bin/server", "args": ["x"]})
    launch = prepared(bundle_of({"bin/server": "#!/bin/sh\necho $1\n"}, manifest))
    assert subprocess.check_output(launch.argv, env=dict(launch.env), text=True) == "x\n"


def test_one_for_node_is_run_by_node(prepared):
    manifest = manifest_of("node", "index.js", {"command": "node", "args": ["${__dirname}/index.js", "a b"]})
    launch = prepared(bundle_of({"index.js": "console.log(process.argv[2])"}, manifest))
    assert subprocess.check_output(launch.argv, env=dict(launch.env), text=True) == "a b\n"


def test_one_for_uv_has_an_environment_of_its_own(prepared):
    project = '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = []\n'
    files = {"pyproject.toml": project, "src/server.py": "import sys; print(sys.prefix, sys.argv[1:])"}
    launch = prepared(
        bundle_of(files, manifest_of("uv", "src/server.py")),
        packageArguments=[{"type": "positional", "value": "--fixed"}],
    )
    said = subprocess.check_output(launch.argv, env=dict(launch.env), text=True)
    assert said.split() == [str(Path(launch.argv[0]).parents[1]), "['--fixed']"]


def test_one_for_uv_that_brings_an_environment_is_refused(prepared):
    # Its python would run while the bundle is installed.
    files = {"pyproject.toml": "", ".venv/bin/python": "#!/bin/sh\ntouch evil\n", "s.py": ""}
    with pytest.raises(HubError, match="of its own"):
        prepared(bundle_of(files, manifest_of("uv", "s.py")))


async def test_one_that_nobody_prepared_is_fetched_and_run_all_the_same(host, python_bundle, entry, machine, answered):
    data = python_bundle(user_config={"word": {"type": "string"}}, env={"WORD": "${user_config.word}"})
    host.serve({"mcp.mcpb": data}, etags=False)
    package = {
        "registryType": "mcpb",
        "identifier": f"{host.url}/mcp.mcpb",
        "fileSha256": hashlib.sha256(data).hexdigest(),
        "transport": {"type": "stdio"},
        "packageArguments": [{"type": "named", "name": "--word", "isSecret": True}],
    }
    environ = {**machine.environ, "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"]}
    launch = plan(
        entry(packages=[package]), {"word": ["hello"]}, type(machine)(**{**vars(machine), "environ": environ})
    )
    assert "hello" not in " ".join(launch.argv)
    assert (await answered(launch))["WORD"] == "hello"


# What is refused


def nothing_left(tmp_path):
    return list((tmp_path / "cache/mcpb").iterdir()) == []


def test_another_file_than_the_entry_says_is_not_unpacked(prepared, python_bundle, tmp_path):
    with pytest.raises(HubError, match="is not the bundle that the registry describes") as caught:
        prepared(python_bundle(), sha256="0" * 64)
    assert caught.value.code == ExitCode.REGISTRY
    assert nothing_left(tmp_path)


def test_a_file_without_end_is_left_at_its_limit(prepared, python_bundle, monkeypatch, tmp_path):
    monkeypatch.setitem(download.__kwdefaults__, "limit", 100)
    with pytest.raises(HubError, match="more than 100 bytes"):
        prepared(python_bundle())
    assert nothing_left(tmp_path)


def test_a_redirect_to_http_is_not_followed(prepared, python_bundle, host, web_answer):
    location = host.url.replace("https:", "http:") + "/mcp.mcpb"
    host.answers["/moved-mcp"] = web_answer(b"", 302, {"location": location})
    with pytest.raises(HubError, match="redirects to http:"):
        prepared(python_bundle(), address="/moved-mcp")


def test_a_redirect_to_another_https_address_is(prepared, python_bundle, host, web_answer):
    host.answers["/moved-mcp"] = web_answer(b"", 302, {"location": "/mcp.mcpb"})
    assert prepared(python_bundle(), address="/moved-mcp").argv


def test_a_host_that_has_no_such_file_is_named(prepared, python_bundle):
    with pytest.raises(HubError, match="/missing-mcp cannot be fetched: HTTP 404"):
        prepared(python_bundle(), address="/missing-mcp")


def test_one_that_leads_out_of_its_folder_leaves_nothing(prepared, tmp_path):
    data = bundle_of({"../../evil": "x"}, manifest_of("uv", "x"))
    with pytest.raises(HubError, match="leads out of its folder"):
        prepared(data)
    assert nothing_left(tmp_path)


def test_one_without_a_manifest_leaves_nothing(prepared, tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("server.py", "")
    with pytest.raises(HubError, match=r"it has no manifest\.json"):
        prepared(data.getvalue())
    assert nothing_left(tmp_path)


# Planning


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"identifier": "http://127.0.0.1/mcp"}, "is not the https address"),
        ({"identifier": "https://user:secret@host/mcp"}, "is not the https address"),
        ({"identifier": "file:///tmp/mcp"}, "is not the https address"),
        ({"transport": {"type": "sse", "url": "http://localhost:1"}}, "spoken to over stdio"),
        ({"runtimeArguments": [{"type": "positional", "value": "--inspect"}]}, "may not add to that"),
    ],
)
def test_what_is_no_bundle_is_not_planned(entry, context, change, why):
    package = {
        "registryType": "mcpb",
        "identifier": "https://host.example/mcp.mcpb",
        "fileSha256": "0" * 64,
        "transport": {"type": "stdio"},
    }
    with pytest.raises(HubError, match=why):
        plan(entry(packages=[package | change]), {}, context())


def test_one_without_a_hash_is_not_planned(entry, context):
    package = {"registryType": "mcpb", "identifier": "https://host.example/mcp", "transport": {"type": "stdio"}}
    with pytest.raises(HubError, match="with its fileSha256"):
        plan(entry(packages=[package]), {}, context())


def test_what_is_shown_says_what_would_be_fetched(entry, context):
    address, sha256 = "https://host.example/mcp.mcpb", "0" * 64
    package = {"registryType": "mcpb", "identifier": address, "fileSha256": sha256, "transport": {"type": "stdio"}}
    launch = plan(entry(packages=[package]), {}, context())
    assert launch.argv[1:] == ("-I", "-m", "hub_launch.install.run_bundle", address, sha256)


# Where the process is killed, a thread of it was writing.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_fault_of_the_disk_a_bundle_is_there_as_a_whole_or_not_at_all(host, machine, tmp_path, monkeypatch):
    manifest = manifest_of("binary", "server/main", {"command": "${__dirname}/server/main"})
    data = bundle_of({"server/main": "program"}, manifest)
    host.serve({"mcp.mcpb": data}, etags=False)
    address, sha256 = f"{host.url}/mcp.mcpb", hashlib.sha256(data).hexdigest()
    package = Package.model_validate(
        {"registryType": "mcpb", "identifier": address, "fileSha256": sha256, "transport": {"type": "stdio"}}
    )
    work = Work(
        lambda folder: (folder / "other").write_text("other"),
        lambda folder: unpacked("demo", package, folder / "mcpb", machine),
        # Which say for whoever installs what was to be written, and where room is needed.
        error=OSError,
        left=[".*"],
    )
    assert walk(work, tmp_path / "disk", monkeypatch) > 20
