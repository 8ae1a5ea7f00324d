"""What `make fuzz` runs, for a second and without the parts that tests of their own run."""

import importlib.util
import shutil

import pytest
import tests.fuzz.__main__ as fuzz

NAME = "versions"


def test_a_harness_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit):
        fuzz.main(["nothing"])
    assert "there is no nothing" in capsys.readouterr().err


def test_one_harness_is_fed_again_with_what_broke_it(tmp_path):
    (tmp_path / "found").write_bytes(b"1.0.0")
    assert fuzz.main([NAME, "--again", str(tmp_path / "found")]) == 0


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="no atheris: `pip install --group fuzz`")
class TestHarnesses:
    @pytest.fixture(autouse=True)
    def _own_folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fuzz, "FOLDER", tmp_path)

    def test_where_all_is_well_it_is_said_how_much_was_tried(self, capsys):
        assert fuzz.main([NAME, "--seconds", "1"]) == 0
        said = capsys.readouterr().out
        assert " inputs in " in said
        assert "nothing was found" in said

    def test_a_broken_promise_is_shown_with_the_command_that_breaks_it_again(self, tmp_path, monkeypatch, capsys):
        copy = tmp_path / "copy"
        shutil.copytree(fuzz.ROOT / "tests/fuzz", copy / "tests/fuzz")
        (copy / f"tests/fuzz/harnesses/{NAME}.py").write_text(
            "SEEDS = [b'']\ndef check(data): assert b'a' not in data\n"
        )
        monkeypatch.setattr(fuzz, "ROOT", copy)
        assert fuzz.main([NAME, "--seconds", "20"]) == 1
        said = capsys.readouterr().out
        assert "AssertionError" in said
        assert f"python -m tests.fuzz {NAME} --again {tmp_path}/found/{NAME}-crash-" in said
