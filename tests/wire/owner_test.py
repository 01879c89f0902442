"""What other users of the machine may not open: the data folder, its keys, the operator's socket."""

import os
import stat


def mode(path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_data_folder_is_its_owners_alone(server):
    assert mode(server.data) == 0o700
    for name in ("credentials", "control.sock", "authority/authority-key.pem"):
        assert mode(server.data / name) & 0o077 == 0, name


def test_no_secret_lies_in_the_open(aws, server):
    """Secrets of accounts are sealed in the database; that of the first account is in its own file only."""
    aws.client("iam").create_user(UserName="ann")
    secrets = [aws.secret, aws.client("iam").create_access_key(UserName="ann")["AccessKey"]["SecretAccessKey"], server.credentials()[1]]
    for path in server.data.rglob("*"):
        if path.is_file() and path.name != "credentials":
            held = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in held], path
    log = server.log.read_text()
    assert not [secret for secret in secrets if secret in log]
