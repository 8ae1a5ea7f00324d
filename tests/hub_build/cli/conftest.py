import pytest

from hub_build.cli.main import main


class Run:
    """What a command line printed, and its exit code."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(registry, monkeypatch, capsys):
    """Run a command line in the folder of the temporary registry."""
    monkeypatch.chdir(registry.folder.parent)

    def runner(*words):
        code = main(words)
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return runner
