"""Runs nginx, HAProxy and Caddy as docs/howto/deploy.md sets them up: on loopback, as nobody, in a folder that goes.

What is taken from the document is the block of the proxy's language. Ports, the site's name and its certificates are
replaced (there is no TLS on loopback), and what the document says in prose of nginx.conf is put around.
"""

import os
import pwd
import re
import resource
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from campaign.embedded import ports
from tests.children import ended
from tests.serving.running import wait_for

DOCUMENT = Path(__file__).parents[2] / "docs/howto/deploy.md"
PROXIES = {"nginx": "nginx", "haproxy": "haproxy", "caddy": "caddyfile"}
"""Programs, and the language their block is marked with."""

_NGINX = """
daemon off;
worker_processes 2;
worker_rlimit_nofile 20000;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 10000; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    {block}
}}
"""


def is_here(name):
    """Whether the program is installed."""
    return _program(name) is not None


_CARELESS = {
    "nginx": [
        (
            r"proxy_set_header X-Forwarded-For \$remote_addr;",
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        ),
        (r"server \{", "server {\n    underscores_in_headers on;"),
    ],
    "haproxy": [(r".*del-header.*\n", ""), (r"http-request set-header X-Forwarded-For .*", "option forwardfor")],
    "caddy": [(r".*header_up.*\n", "")],
}
"""What many set up: the address is added to what the visitor wrote, and names with underscores pass."""


@contextmanager
def proxy(name, web_port, *, is_careless=False):
    """Run a proxy in front of the web server on `web_port`; gives its port. Careless: `_CARELESS` instead."""
    port = ports.next_free(web_port + 1)
    with tempfile.TemporaryDirectory(prefix="campaign-proxy-") as made:
        folder = Path(made)
        file = folder / "conf"
        block = _documented(PROXIES[name])
        for pattern, worse in _CARELESS[name] if is_careless else ():
            block = _changed(name, block, pattern, worse)
        file.write_text(_settled(name, block, web_port, port, folder))
        if os.getuid() == 0:
            _give(folder)
        with ended(subprocess.Popen(_command(name, file, folder), **_as_nobody(folder)), 10) as process:
            wait_for(port, process, 20)
            yield port


def _program(name):
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _documented(language):
    found = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"one block of {language} in {DOCUMENT}"
    return found[0]


def _settled(name, block, web_port, port, folder):
    changes = {
        "nginx": [(r"listen 443 ssl;", f"listen 127.0.0.1:{port};"), (r"(?m)^\s*ssl_certificate.*\n", "")],
        "haproxy": [(r"bind :443 .*", f"bind 127.0.0.1:{port}"), (r"maxconn 8000", f"maxconn {_connections()}")],
        "caddy": [
            (r"\A\{", "{\n    admin off\n    auto_https off"),
            (r"(?m)^act\.example\.org", f"http://127.0.0.1:{port}"),
        ],
    }
    for pattern, better in [(r"127\.0\.0\.1:8000", f"127.0.0.1:{web_port}"), *changes[name]]:
        block = _changed(name, block, pattern, better)
    return _NGINX.format(folder=folder, block=block) if name == "nginx" else block


def _changed(name, block, pattern, better):
    block, count = re.subn(pattern, better, block)
    assert count, f"{pattern} is not in the set-up of {name}"
    return block


def _connections():
    """HAProxy ends where the machine allows fewer files than two a connection."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 8000 if hard == resource.RLIM_INFINITY else min(8000, (hard - 200) // 2)


def _command(name, file, folder):
    program = _program(name)
    return {
        "nginx": [program, "-p", str(folder), "-c", str(file), "-e", "stderr"],
        "haproxy": [program, "-q", "-f", str(file)],
        "caddy": [program, "run", "--config", str(file), "--adapter", "caddyfile"],
    }[name]


def _give(folder):
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _as_nobody(folder):
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    return {"env": environ, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
