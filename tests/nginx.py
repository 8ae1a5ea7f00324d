"""Debian's servers as processes of whoever runs the tests: where they are, and nginx around a configuration."""

import getpass
import os
import shutil
import socket

import pytest

# Its workers would be another user when its master is root, and pytest's folders are nobody else's to read.
_AROUND = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {config}
}}
"""


def nginx_command(folder, config):
    """What starts nginx with what belongs into `http`, written to `folder`."""
    path = folder / "nginx.conf"
    path.write_text(_AROUND.format(folder=folder, user=getpass.getuser(), config=config))
    return [program("nginx", "nginx-light"), "-c", str(path), "-e", "stderr", "-p", str(folder)]


def program(name, package):
    """Where Debian's package put it; administrators' programs are not on everybody's PATH. Else the test is skipped."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if not found:
        pytest.skip(f"{name} is not installed (apt-get install {package})")
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
