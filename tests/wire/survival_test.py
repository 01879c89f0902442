"""The server is killed again and again at random instants, on one data folder: what it acknowledged is true afterwards.

MILLRACE_SEED repeats the choices of a run (it prints its own, less the number of the siege); its instants only nearly, as they are moments of the clock.
"""

import os
import random
import threading

import pytest
from support import promptness, serving, server as servers
from support.account import Account
from support.ledger import Ledger
from support.serving import Serving
from support.training import Training

ROUNDS = 20
SIEGES = 10  # the first always, the others where there is time: 200 kills in all
LATEST_KILL_SECONDS = 0.8
ANSWERS_AGAIN_SECONDS = 1.0 * promptness.SLOWNESS


class Siege:
    def __init__(self, server: servers.Server, chance: random.Random):
        self.server, self.chance = server, chance
        self.serving = Serving(Training(Account.create(server)))
        self.serving.up("kept")
        self.score = self.serving.score("kept")
        self.ledger = Ledger(self.serving.training, chance)
        self.answers_again: list[float] = []

    def round(self) -> None:
        killer = threading.Timer(self.chance.uniform(0, LATEST_KILL_SECONDS), self.server.kill)
        killer.start()
        self.ledger.work()
        killer.join()
        score, seconds = self.serving.restart("kept")
        self.answers_again.append(seconds)
        assert (score, self.serving.status("kept")) == (self.score, "InService")
        assert seconds < ANSWERS_AGAIN_SECONDS, self.answers_again
        self.ledger.compare()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", [0, *(pytest.param(number, marks=pytest.mark.slow) for number in range(1, SIEGES))])
def test_twenty_kills_at_random_instants_lose_nothing(own_server, number):
    seed = number + int(os.environ.get("MILLRACE_SEED", random.SystemRandom().randrange(1_000_000)))
    print(f"MILLRACE_SEED={seed - number}")
    siege = Siege(own_server(), random.Random(seed))
    for _ in range(ROUNDS):
        siege.round()
    print(f"the endpoint answered again after {max(siege.answers_again):.3f} s at most")
    ledger, data = siege.ledger, siege.server.data
    assert ledger.objects and ledger.configs and ledger.jobs
    for name, rounds in ledger.jobs.items():
        ledger.compare_job(name, rounds)
    servers.eventually(lambda: serving.folders(data)["jobs"] == [], serving.UP_SECONDS, "the jobs' folders to go")
    assert len(serving.folders(data)["endpoints"]) == 1
    assert len(serving.processes(data, "supervise")) == 1
    siege.serving.delete("kept")
    servers.eventually(lambda: not serving.folders(data)["endpoints"], serving.UP_SECONDS, "the endpoint's folder to go")
    siege.server.stop()
    assert not servers.left_over(data)
