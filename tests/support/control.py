"""The operator's socket of a data folder, asked directly: what the command line does, without starting a program."""

import http.client
import json
import os
import pathlib
import socket


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, folder: pathlib.Path):
        super().__init__("localhost", timeout=60)
        self.folder = folder

    def connect(self):
        # A socket's address has 108 bytes at most; a scratch folder's path may be longer.
        place = os.open(self.folder, os.O_PATH | os.O_DIRECTORY)
        try:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.connect(f"/proc/self/fd/{place}/control.sock")
        finally:
            os.close(place)


def ask(data: pathlib.Path, action: str, **arguments):
    connection = _UnixConnection(data)
    try:
        connection.request("POST", f"/{action}", json.dumps(arguments), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        answer = json.loads(reply.read())
    finally:
        connection.close()
    if reply.status != 200:
        raise RuntimeError(f"{action}: {answer['error']}")
    return answer
