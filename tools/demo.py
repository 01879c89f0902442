"""The main job of Millrace on real data, each step with its time: `./dev demo`, and `./dev demo --sdk` for the SageMaker SDKs."""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "setup"), str(ROOT / "tests")]

from demos.show import Show  # noqa: E402  (found by the line above)
from support.server import Server  # noqa: E402

BY_HAND = """
By hand:
  build/millrace serve &                      # prints its address and where its credentials are
  eval "$(build/millrace env)"                # points every AWS tool at it
  aws s3 mb s3://mine && aws s3 cp train.csv s3://mine/train/
  aws sagemaker create-training-job ...       # or boto3, or any AWS SDK, unchanged
  eval "$(build/millrace env --proxy)"        # instead, for code that builds AWS host names itself: the SageMaker SDKs
  build/millrace stop
docs/guide.md walks through it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", action="store_true", help="through the SageMaker Python SDK, v2 line and v3 line")
    options = parser.parse_args()
    # The demo's own server is meant, whatever the shell is set up for.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="millrace-demo-") as scratch:
        show = Show()
        print("Millrace: the main job on scikit-learn's breast-cancer data\n")
        with show.step("Start a server on a scratch folder") as note:
            server = Server(pathlib.Path(scratch) / "data").start()
            note(server.url)
        try:
            return run_sdks(server) if options.sdk else run_boto3(show, server)
        finally:
            server.stop()


def run_boto3(show: Show, server: Server) -> int:
    from demos.main_job import GOAL_SECONDS, MainJob

    seconds = MainJob(show, server.environment()).run()
    show.title("The same account, seen by the aws command line:")
    for words in (["s3", "ls", "--recursive", f"s3://demo-000000000000/"], ["sagemaker", "list-endpoints", "--output", "text"]):
        with show.step("aws " + " ".join(words)) as note:
            for line in command_line(server, words).splitlines():
                note(line)
    print(BY_HAND)
    if seconds >= GOAL_SECONDS:
        print(f"\nToo slow: {seconds:.2f} s from upload to first prediction, where {GOAL_SECONDS} s is the goal", file=sys.stderr)
    return 0


def command_line(server: Server, words: list[str]) -> str:
    command = [sys.executable, "-m", "awscli", *words]
    return subprocess.run(command, env=server.environment(), check=True, capture_output=True, text=True, timeout=60).stdout


def run_sdks(server: Server) -> int:
    import environment

    codes = []
    for name, words in (("sdk2", "v2 line"), ("sdk3", "v3 line")):
        print(f"\nThrough the SageMaker Python SDK, {words}:", flush=True)
        python = environment.environment(name)
        codes.append(subprocess.run([python, ROOT / "tools" / "demos" / f"{name}.py"], env=server.proxy_environment(), check=False).returncode)
    print(BY_HAND)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
