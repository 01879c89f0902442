"""Which wire tests run as users of least privilege, and in which order a bounded run takes them."""

import privileges


def test_all_but_what_is_about_users():
    files = privileges.files()
    assert "wire/s3/objects_test.py" in files and "wire/test_bad_input.py" in files
    assert not [name for name in files if name.split("/")[1] in privileges.ABOUT_USERS]


def test_a_bounded_run_takes_them_by_chance_and_says_how(monkeypatch, capsys):
    monkeypatch.setenv("MILLRACE_SEED", "7")
    first, again = privileges.command([], 3), privileges.command([], 3)
    assert first == again and first[-2:] == ["--minutes", "3"]
    assert capsys.readouterr().out == "MILLRACE_SEED=7\nMILLRACE_SEED=7\n"
    monkeypatch.setenv("MILLRACE_SEED", "8")
    assert privileges.command([], 3)[2:-2] != first[2:-2]
    assert sorted(first[2:-2]) == privileges.files() == privileges.command([], None)[2:]
