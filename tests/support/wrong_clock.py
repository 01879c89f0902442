"""A server's system clock that a test sets wrong while the server runs, hours ahead or behind, as an operator or NTP would."""

import datetime
import pathlib
import struct
import subprocess

from support import raw

SOURCE = pathlib.Path(__file__).with_name("wrong_clock.c")


class WrongClock:
    """The clock of every server that is started by `launcher`."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir()
        self.file, self.library = folder / "seconds", folder / "wrong_clock.so"
        self.wrong_by = datetime.timedelta()
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, SOURCE], check=True)
        self.set_wrong(hours=0)

    def launcher(self) -> list[str]:
        # The address sanitizer would come first, and says so; it has no interest in clocks.
        return ["env", f"LD_PRELOAD={self.library}", f"MILLRACE_WRONG_CLOCK={self.file}", "ASAN_OPTIONS=verify_asan_link_order=0"]

    def set_wrong(self, **by: float) -> None:
        """By so many hours, minutes...; written in place, as the server has the file mapped."""
        self.wrong_by = datetime.timedelta(**by)
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", int(self.wrong_by.total_seconds())))

    def now(self) -> datetime.datetime:
        """What the server takes for the time."""
        return datetime.datetime.now(datetime.timezone.utc) + self.wrong_by

    def ask(self, account, operation: str, members: dict) -> dict:
        """SageMaker's answer to a client whose clock is as wrong."""
        answer = raw.send(account, raw.json_request(account, "sagemaker", operation, members, at=self.now()))
        assert answer.status == 200, answer
        return answer.json() if answer.body else {}
