"""The built wheels hold the packages whole: a folder named build/ is lost by many tools' defaults."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

# Each project is built once, and not by every worker.
pytestmark = pytest.mark.xdist_group("wheels")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", params=["launcher", "."], ids=["mcp-hub-launch", "mcp-hub-build"])
def project(request):
    return {"launcher": ("launcher", "hub_launch"), ".": ("build", "hub_build")}[request.param], ROOT / request.param


@pytest.fixture(scope="module")
def built(project, tmp_path_factory):
    """The wheel and the source distribution, as anybody builds them."""
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--wheel", "--outdir", target, project[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return target


def modules(folder: Path, package: str) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in (folder / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_every_file_of_its_package_and_nothing_else(project, built):
    (folder, package), _ = project
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == modules(ROOT / folder, package)
    assert f"{package}/py.typed" in packed


def test_the_wheel_carries_its_command_and_its_licence(project, built):
    (_, package), _ = project
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
        command = archive.read(entry_points).decode()
    assert f"{package.replace('_', '-')} = {package}.cli.main:entrypoint" in command
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_a_wheel_can_be_built_from_the_source_distribution(project, built, tmp_path):
    (_, package), _ = project
    (archive,) = built.glob("*.tar.gz")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, archive], check=True
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert f"{package}/cli/main.py" in wheel.namelist()
