"""Model servers that crash, hang or answer garbage: the invocation gets SageMaker's ModelError, others and later ones their answers.

A model server that hangs is one that is stopped by a signal; one that answers garbage is a socket of the test's in its place.
"""

import concurrent.futures
import http.client
import os
import signal
import socket
import threading

import pytest
from botocore.config import Config
from support import raw, serving, server as servers
from support.account import Account
from support.serving import ROW, Serving
from support.training import Training

ERRORS_SECONDS = 60
# SageMaker's limit for a real-time endpoint, and something for a busy machine.
HANGS_SECONDS = 60
SLACK_SECONDS = 20
GARBAGE = {
    "no HTTP": b"garbage\r\n\r\n",
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0.5",
    "no length that is one": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n0.5",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n0.5",
    "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n0.5\r\n",
    "a status beyond all": b"HTTP/1.1 9999 Odd\r\nContent-Length: 0\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-More: " + b"x" * 1_000_000,
    "zeros": b"\0" * 10_000,
}


LARGEST_ANSWER = 25 * 1024 * 1024


def sized(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n" % length + b"5" * length


@pytest.fixture
def made(own_server) -> Serving:
    made = Serving(Training(Account.create(own_server())))
    made.up("tried")
    return made


def data_of(made: Serving):
    return made.training.account.server.data


def model_server(made: Serving) -> int:
    """For a moment a new process has its maker's command line."""

    def only():
        found = serving.processes(data_of(made), "serve")
        return found[0] if len(found) == 1 else None

    return servers.eventually(only, ERRORS_SECONDS, "one model server")


def invoke(made: Serving):
    config = Config(read_timeout=HANGS_SECONDS + 2 * SLACK_SECONDS, retries={"max_attempts": 0})
    runtime = made.training.account.client("sagemaker-runtime", config=config)
    with pytest.raises(runtime.exceptions.ModelError) as raised:
        runtime.invoke_endpoint(EndpointName="tried", Body=ROW, ContentType="text/csv")
    return raised.value.response


def invocation(account: Account) -> raw.Request:
    return raw.request(account, "sagemaker", "POST", "/endpoints/tried/invocations", ROW, {"Content-Type": "text/csv"})


def is_model_error(answer: dict) -> None:
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert "/aws/sagemaker/Endpoints/tried" in answer["LogStreamArn"]


def answer_in_a_crash(made: Serving) -> http.client.HTTPResponse:
    """To an invocation that a stopped model server was given, and then killed."""
    process, account = model_server(made), made.training.account
    os.kill(process, signal.SIGSTOP)
    host, port = account.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=ERRORS_SECONDS) as asked:
        asked.sendall(raw.wire_bytes(invocation(account)))
        # Asked after it, and mostly answered after it was handed on.
        for _ in range(5):
            made.status("tried")
        os.kill(process, signal.SIGKILL)
        reply = http.client.HTTPResponse(asked)
        reply.begin()
        return reply


def test_a_model_server_that_crashes_under_an_invocation_is_its_error_alone(made):
    score = made.score("tried")
    # One that had not been handed on yet is the next server's, and says nothing of the crash.
    for _ in range(5):
        reply = answer_in_a_crash(made)
        assert made.score_soon("tried") == score
        if reply.status != 200:
            break
    assert (reply.status, reply.getheader("x-amzn-errortype")) == (424, "ModelError")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_model_server_that_hangs_is_an_error_after_a_minute_and_holds_nobody(made):
    process = model_server(made)
    os.kill(process, signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        asked = pool.submit(invoke, made)
        assert made.status("tried") == "InService"
        answer = asked.result(HANGS_SECONDS + SLACK_SECONDS)
    os.kill(process, signal.SIGCONT)
    is_model_error(answer)
    assert "timed out" in answer["OriginalMessage"]
    assert made.score_soon("tried") > 0


class Impostor:
    """Answers each connection with the same bytes, once it has been asked something."""

    def __init__(self, path):
        self.answer = b""
        self.socket = socket.socket(socket.AF_UNIX)
        place = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
        self.socket.bind(f"/proc/self/fd/{place}/{path.name}")
        os.close(place)
        self.socket.listen()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65536)
                    connection.sendall(self.answer)
                except OSError:
                    pass  # it had seen enough

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


def test_a_model_server_that_answers_garbage_is_an_error_each_time(made):
    """The server is started again, so that it has no connection to the model server itself."""
    server = made.training.account.server
    (replica,) = (server.data / "endpoints").iterdir()
    place = replica / "invocations.sock"
    score = made.score("tried")
    server.kill()
    place.rename(replica / "true.sock")
    impostor = Impostor(place)
    server.start()
    made.reconnect()
    for name, answer in GARBAGE.items():
        impostor.answer = answer
        print(name)
        is_model_error(invoke(made))
    impostor.answer = sized(LARGEST_ANSWER)
    assert made.answers("tried").body == b"5" * LARGEST_ANSWER
    impostor.answer = sized(LARGEST_ANSWER + 1)
    is_model_error(invoke(made))
    assert made.status("tried") == "InService"
    impostor.close()
    place.unlink()
    (replica / "true.sock").rename(place)
    assert made.score_soon("tried") == score
