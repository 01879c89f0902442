"""Makes the data folder of the program that MILLRACE_BUILD has, under a name that says what was new in it: `make.py NAME`.

Run it before a change to what lies on the disk; what it made is read by every later version in `tests/wire/former_folders_test.py`.
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent))

from support import former_folder  # noqa: E402  (found by the line above)

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        former_folder.make(sys.argv[1], pathlib.Path(scratch))
