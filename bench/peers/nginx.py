"""nginx: what a server on this machine can reach that answers from memory, or from a file, and does nothing else."""

import contextlib
import pathlib

from bench import processes
from bench.load import Target
from support.raw import Request

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type application/octet-stream;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /return {{ return 200 "ok"; }}
    location / {{ root {folder}/files; }}
  }}
}}
"""


class Nginx:
    def __init__(self, url: str, process: int, files: pathlib.Path):
        self.url = url
        self.process = process
        self.files = files

    def returns(self, body: bytes = b"") -> Target:
        """`return 200`, asked with the body that the others get."""
        request = Request("POST", "/return", {}, body) if body else Request("GET", "/return", {}, b"")
        return Target("nginx return 200", self.url, [request], [self.process])

    def sends(self, content: bytes) -> Target:
        """A static file by sendfile."""
        name = f"file-{len(content)}"
        (self.files / name).write_bytes(content)
        return Target("nginx static file", self.url, [Request("GET", f"/{name}", {}, b"")], [self.process])


@contextlib.contextmanager
def started(folder: pathlib.Path):
    files = folder / "files"
    files.mkdir(parents=True)
    # A worker that was started as root gives up root and must still read.
    for place in (folder, files):
        place.chmod(0o755)
    port = processes.free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    url = f"http://127.0.0.1:{port}"
    with processes.running([processes.program("nginx"), "-e", folder / "start.log", "-c", configuration], folder / "nginx.log", f"{url}/return") as process:
        yield Nginx(url, process.pid, files)
