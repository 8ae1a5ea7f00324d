import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hub_build.licences import main, problems
from hub_launch.errors import ExitCode


def component(*said):
    return {"components": [{"name": "thing", "version": "1.0", "licenses": list(said)}]}


@pytest.mark.parametrize(
    "said",
    [
        {"license": {"id": "MIT"}},
        {"license": {"name": "License :: OSI Approved :: BSD License"}},
        {"expression": "MIT OR GPL-3.0-only"},
        {"expression": "Apache-2.0 AND BSD-2-Clause"},
        {"expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"},
    ],
    ids=str,
)
def test_what_anybody_may_pass_on_is_fine(said):
    assert list(problems(component(said))) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([], "no licence"),
        ([{"license": {"id": "GPL-3.0-only"}}], "GPL-3.0-only"),
        ([{"license": {"name": "Proprietary"}}], "Proprietary"),
        ([{"expression": "MIT AND GPL-2.0-only"}], "MIT AND GPL-2.0-only"),
        ([{"expression": "GPL-2.0-only AND (MIT OR ISC)"}], "GPL-2.0-only AND (MIT OR ISC)"),
    ],
    ids=str,
)
def test_what_is_not_known_to_be_is_told(said, told):
    assert list(problems(component(*said))) == [f"thing 1.0: {told}"]


@pytest.mark.long
def test_what_the_launcher_depends_on_may_be_passed_on(tmp_path):
    """Of what is installed here, as a release lists it, all that the launcher wants, and what that wants."""
    sbom = tmp_path / "sbom.json"
    words = ["-m", "cyclonedx_py", "environment", sys.prefix, "--output-format", "JSON", "--output-file", sbom]
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    document = json.loads(sbom.read_text())
    project = tomllib.loads((Path(__file__).parents[2] / "launcher/pyproject.toml").read_text())["project"]
    wanted = _below({re.split(r"[\[<>=!~; ]", one)[0].lower() for one in project["dependencies"]}, document)
    assert len(wanted) > 30
    document["components"] = [one for one in document["components"] if one["bom-ref"] in wanted]
    sbom.write_text(json.dumps(document))
    assert main(sbom) == ExitCode.OK


def _below(names, document):
    wants = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    left = [one["bom-ref"] for one in document["components"] if one["name"].lower() in names]
    found = set(left)
    while left:
        ref = left.pop()
        for one in wants.get(ref, ()):
            if one not in found:
                found.add(one)
                left.append(one)
    return found


def test_the_exit_code_says_that_something_has_to_be_looked_at(tmp_path, capsys):
    sbom = tmp_path / "sbom.json"
    sbom.write_text(json.dumps(component({"license": {"id": "GPL-3.0-only"}})))
    assert main(sbom) == ExitCode.FAILED
    assert "thing 1.0: GPL-3.0-only" in capsys.readouterr().err
