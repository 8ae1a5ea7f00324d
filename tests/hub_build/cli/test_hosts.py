from pathlib import Path

from hub_build.hosts import caddy, nginx

DEPLOY = Path(__file__).parents[3] / "deploy"


def test_the_configurations_are_what_the_rules_say():
    assert (DEPLOY / "nginx.conf").read_text() == nginx.config()
    assert (DEPLOY / "Caddyfile").read_text() == caddy.config()


def test_they_are_written_beside_the_registry_and_compared(run, registry, tmp_path):
    ended = run("hosts", "--check")
    assert (ended.code, ended.out.splitlines()[0]) == (
        1,
        "differs: deploy/nginx.conf; `hub-build hosts` writes it",
    )
    assert run("hosts").out == "deploy: 2 configurations, 2 written\n"
    assert run("hosts", "--check").code == 0
    assert (tmp_path / "deploy/Caddyfile").read_text() == caddy.config()
