"""What listens where a suite expects its server: a door in front of `millrace serve`, and the null control.

Suites ask for an emptied server at a path of their own (`/moto-api/reset`). No such path is in the product: the door answers
it by having the operator's socket empty the account, and hands every other connection on, byte by byte.
"""

import asyncio
import contextlib
import re
import threading
import typing

HEAD_LIMIT = 256 * 1024
OWN_PATH = re.compile(rb"^[A-Z]+ (http://[^/ ]*)?/moto-api/")
DONE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


class Door:
    """Listens on a port of 127.0.0.1 and ::1 while it is entered, in a thread of its own."""

    def __init__(self, port: int, serve: typing.Callable):
        self.port = port
        self.serve = serve
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Door":
        self.thread.start()
        opened = asyncio.start_server(self.answer, ["127.0.0.1", "::1"], self.port, limit=HEAD_LIMIT)
        self.server = asyncio.run_coroutine_threadsafe(opened, self.loop).result()
        return self

    def __exit__(self, *_) -> None:
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    async def close(self) -> None:
        self.server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self.serve(reader, writer)
        writer.close()


def in_front_of(port: int, reset: typing.Callable[[], None]) -> typing.Callable:
    """Hands connections on to the server on `port`; a connection belongs to the path of its first request."""

    async def serve(reader, writer) -> None:
        first = await reader.readuntil(b"\r\n")
        if OWN_PATH.match(first):
            await read_request(reader)
            await asyncio.to_thread(reset)
            writer.write(DONE)
            return await writer.drain()
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port, limit=HEAD_LIMIT)
        server_writer.write(first)
        await asyncio.gather(pass_on(reader, server_writer), pass_on(server_reader, writer))

    return serve


def refusing() -> typing.Callable:
    """The null control: 400 and `{}` for everything. A test that passes here never looked at the server."""

    async def serve(reader, writer) -> None:
        first = await reader.readuntil(b"\r\n")
        await read_request(reader)
        writer.write(DONE if OWN_PATH.match(first) else REFUSED)
        await writer.drain()

    return serve


async def read_request(reader: asyncio.StreamReader) -> None:
    """The rest of the head, and a body of told length."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and head != b"\r\n":
        head += await reader.readuntil(b"\r\n")
    length = re.search(rb"(?i)(?:^|\n)content-length: *(\d+)", head)
    if length and not re.search(rb"(?i)\nexpect:", head):
        await reader.readexactly(int(length[1]))


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(HEAD_LIMIT):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
