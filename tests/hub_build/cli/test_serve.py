import http.client
import signal
import socket
import subprocess
import sys

from hub_launch.errors import ExitCode


def test_it_says_where_it_serves_and_ends_with_ctrl_c(run, registry, tmp_path):
    registry.add("weather")
    run("site")
    command = [sys.executable, "-m", "hub_build.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline().split()[1].rpartition(":")[2])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/v0.1/ping")
            assert connection.getresponse().read() == b'{"pong":true}'
            connection.close()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == ExitCode.INTERRUPTED
            assert process.stderr.read() == "interrupted\n"
        finally:
            process.kill()


def test_a_port_in_use_is_named_and_another_proposed(run, registry):
    registry.add("weather")
    run("site")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--port", str(port))
    assert ended.code == ExitCode.PORT
    assert f"port {port} is in use" in ended.err
    assert f"--port {port + 1}" in ended.err


def test_a_port_that_is_none_is_wrong_use(run, registry):
    registry.add("weather")
    run("site")
    ended = run("serve", "--port", "99999")
    assert ended.code == ExitCode.USAGE
    assert "99999 is not a port" in ended.err


def test_a_folder_that_is_no_site_is_refused(run, registry):
    ended = run("serve")
    assert ended.code == ExitCode.REGISTRY
    assert "site is no built site" in ended.err
    assert "hub-build site" in ended.err
