"""A mistake is told in a line, with the nearest right word."""

import pytest


@pytest.mark.parametrize(
    ("argv", "message", "hint"),
    [
        (
            ["demo", "--prot", "80"],
            "hub-launch has no option --prot",
            "did you mean --port? `hub-launch launch --help`",
        ),
        (["list", "--formt=json"], "hub-launch list has no option --formt", "did you mean --format? `hub-launch list"),
        (["list", "-z"], "hub-launch list has no option -z", "`hub-launch list --help` says what there is"),
        (["status", "demo"], "hub-launch status takes no 'demo'", "`hub-launch status --help` says what there is"),
        (["secret", "list", "--al"], "hub-launch secret list has no option --al", "`hub-launch secret list --help`"),
        (["install", "curser"], "hub-launch install: CLIENT cannot be 'curser'", "did you mean cursor? it is one of"),
        (["list", "--format", "xml"], "hub-launch list: --format cannot be 'xml'", "it is one of table, json, yaml"),
        (["install"], "hub-launch install: CLIENT must be given", "`hub-launch install --help` says what there is"),
        (["call", "time"], "hub-launch call: tool must be given", "`hub-launch call --help`"),
        (["auth"], "hub-launch auth: login|logout|list must be given", "`hub-launch auth --help`"),
        (["demo", "--port", "x"], "hub-launch: --port: x is not a port", "`hub-launch launch --help` says"),
        (["demo", "--port"], "hub-launch: --port: expected one argument", "`hub-launch launch --help` says"),
        (["lsit"], "No server 'lsit' in the registry", "did you mean `hub-launch list`? `hub-launch search lsit`"),
        (["stauts", "x"], "No server 'stauts' in the registry", "did you mean `hub-launch status`?"),
        (["nobody"], "No server 'nobody' in the registry", "`hub-launch search nobody`"),
        (["demo", "--x\x1b[2J"], r"hub-launch has no option --x\x1b[2J", "`hub-launch launch --help`"),
    ],
)
def test_a_mistake_is_a_line_and_what_to_do(cli, publish, entry, argv, message, hint):
    publish([entry("demo")])
    ran = cli(*argv)
    assert (ran.code, ran.out) == (2, "")
    told, advice = ran.err.splitlines()
    assert told.startswith(f"error: {message}")
    assert advice.startswith(f"  hint: {hint}")
