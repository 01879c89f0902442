"""All operations that the program offers, with their models."""

import re
import subprocess

import botocore.session
from support import server as servers

MODELS = botocore.session.get_session()
SPOKEN = ("json", "query", "rest-json", "rest-xml")


def built() -> list[tuple[str, str, str]]:
    """(service, operation, protocol) of all that the program offers."""
    page = subprocess.run([servers.PROGRAM, "coverage"], check=True, capture_output=True, text=True).stdout
    found = []
    for service, text in re.findall(r"^## (\S+)\n\n\d+ of \d+ operations\.\n(.*?)(?=^## |\Z)", page, re.M | re.S):
        model = MODELS.get_service_model(service)
        protocols = [one for one in model.metadata["protocols"] if one in SPOKEN]
        found += [(service, operation, protocol) for protocol in protocols for operation in re.findall(r"^### (\S+)$", text, re.M)]
    return found
