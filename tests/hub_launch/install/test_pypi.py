"""PyPI packages: what uv is told, which Python and which program are taken. uv is a script that writes files."""

import os
import sys
from pathlib import Path

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.pypi import MissingPythonError, base_of, install_pypi
from hub_launch.install.tool import NotInstallable, Tools
from hub_launch.plan import plan

HASH = "a" * 64

UV = """
import pathlib, sys
folder = pathlib.Path.cwd()
with open(folder / "told", "a") as told:
    told.write(" ".join(sys.argv[1:]) + "\\n")
if "--python" in sys.argv[:5] and sys.argv[1] == "venv" and not {other_pythons!r}:
    sys.exit(1)
elif sys.argv[1] == "venv":
    (folder / "env/bin").mkdir(parents=True, exist_ok=True)
    (folder / "env/bin/python").write_text("")
    (folder / "env/pyvenv.cfg").write_text("home = /opt/python/bin\\n")
elif {fails!r} and not (folder / "failed").exists():
    (folder / "failed").write_text("")
    sys.stderr.write({fails!r})
    sys.exit(1)
else:
    site = folder / "env/lib/python3.11/site-packages/demo_server-1.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Metadata-Version: 2.1\\nName: demo-server\\nVersion: 1\\n")
    (site / "RECORD").write_text("".join("../../../bin/" + one + ",,\\n" for one in {programs!r}))
    for one in {programs!r}:
        # What is not there is not listed, from Python 3.12 on.
        (folder / "env/bin" / one).write_text("")
"""


@pytest.fixture
def installed(tmp_path, entry, pypi, context):
    """Installs with a uv that does what the keywords say; the result, and the folder."""

    def make(*, programs=("demo-server",), fails="", other_pythons=True, **package):
        uv = tmp_path / "uv"
        uv.write_text(
            f"#!{sys.executable} -I\n{UV.format(programs=programs, fails=fails, other_pythons=other_pythons)}"
        )
        uv.chmod(0o755)
        folder = tmp_path / "folder"
        folder.mkdir()
        machine = context(environ={"PATH": "/usr/bin:/bin"}, which=lambda program: str(uv))
        launch = plan(entry(packages=[pypi(**package)]), {}, machine)
        return install_pypi(launch.packaged, folder, Tools(machine)), folder

    return make


def told(folder):
    return (folder / "told").read_text().splitlines()


def test_nothing_of_the_package_is_built_and_bytecode_is_made(installed):
    _, folder = installed()
    assert told(folder)[1].startswith("pip install --no-build --compile-bytecode ")


def test_the_hash_is_given_to_uv(installed):
    _, folder = installed(integrity=f"sha256-{HASH}")
    assert (folder / "requirements.txt").read_text() == f"demo-server==1.2.3 --hash=sha256:{HASH}\n"


def test_another_hash_is_refused(installed):
    with pytest.raises(HubError, match="is not the package that the registry describes") as caught:
        installed(integrity=f"sha256-{HASH}", fails="error: Failed to download\n  cause: Hash mismatch for `demo`\n")
    assert caught.value.code == ExitCode.REGISTRY


def test_the_program_called_as_the_package_is_started(installed):
    found, folder = installed(programs=["another", "demo-server"])
    assert found.command == (str(folder / "env/bin/demo-server"),)
    assert str(folder) in found.programs


def test_the_only_program_is_the_one(installed):
    found, _ = installed(programs=["other"])
    assert Path(found.command[0]).name == "other"


@pytest.mark.parametrize(("programs", "has"), [(["b", "a"], "several, none of that name: a, b"), ([], "none")])
def test_without_a_program_that_can_be_meant_it_says_what_there_is(installed, programs, has):
    with pytest.raises(HubError, match=rf"demo-server==1\.2\.3 has no program to start: it has {has}"):
        installed(programs=programs)


def test_a_package_that_needs_a_newer_python_gets_one(installed):
    found, folder = installed(fails="the current Python version (3.11.7) does not satisfy Python>=3.12")
    assert found.command
    assert told(folder)[2] == "venv --no-project --clear --python >=3.12 env"


def test_a_python_that_is_not_here_is_told_from_a_package_that_is_not(installed):
    with pytest.raises(
        MissingPythonError, match=r"demo-server==1\.2\.3 needs Python >=3\.12, which is not on this machine"
    ):
        installed(fails="the current Python version (3.11.7) does not satisfy Python>=3.12", other_pythons=False)


def test_the_python_that_the_entry_names_is_taken(installed):
    _, folder = installed(runtimeArguments=[{"type": "named", "name": "--python", "value": "3.12"}])
    assert told(folder)[0] == "venv --no-project --clear --python 3.12 env"


def test_dependencies_stay_as_they_were_on_the_day_that_the_entry_names(installed):
    _, folder = installed(runtimeArguments=[{"type": "named", "name": "--exclude-newer", "value": "2026-01-31"}])
    assert "--exclude-newer 2026-01-31 --python env" in told(folder)[1]


def test_arguments_that_mean_something_to_uvx_alone_are_refused(installed):
    with pytest.raises(NotInstallable, match="cannot be installed with the arguments of uvx --with evil"):
        installed(runtimeArguments=[{"type": "named", "name": "--with", "value": "evil"}])


def test_what_uv_says_is_passed_on(installed):
    with pytest.raises(HubError, match=r"cannot be installed: error: no such package"):
        installed(fails="error: no such package\n")


def test_what_must_be_built_is_left_to_the_runner(installed):
    hint = "hint: Wheels are required for `demo` because building from source is disabled for all packages"
    with pytest.raises(NotInstallable, match=r"demo-server==1\.2\.3 cannot be installed .* built from source"):
        installed(fails=f"error: No solution found\n  cause: no usable wheels\n\n{hint}\n")


@pytest.mark.skipif(os.name == "nt", reason="environments are copies there")
def test_every_link_on_the_way_to_the_real_python_is_named(tmp_path):
    """An environment made from the Python of another: a sandbox has to show both."""
    real = tmp_path / "opt" / "bin" / "python3.11"
    other, own = tmp_path / "venv" / "bin" / "python3", tmp_path / "env" / "bin" / "python"
    for path in (real, other, own):
        path.parent.mkdir(parents=True)
    real.write_text("")
    other.symlink_to(real)
    own.symlink_to(other)
    (tmp_path / "env" / "pyvenv.cfg").write_text("version_info = 3.11.2\n")
    assert base_of(tmp_path / "env", own) == [str(other), str(tmp_path / "opt")]
