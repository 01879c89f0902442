"""What identity providers and authenticators do: tokens signed, key sets laid down, one-time codes."""

import base64
import hashlib
import hmac
import json
import pathlib
import struct
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

RSA_HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
EC_HASHES = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
CURVE_NAMES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class Issuer:
    """An OpenID Connect issuer: one key, its set, and tokens signed with it."""

    def __init__(self, name: str, algorithm: str = "RS256", key_id: str = "k1"):
        self.name, self.algorithm, self.key_id = name, algorithm, key_id
        if algorithm in RSA_HASHES:
            self.key = rsa.generate_private_key(65537, 2048)
        else:
            self.key = ec.generate_private_key(CURVES[algorithm])

    @property
    def url(self) -> str:
        return "https://" + self.name

    def public(self) -> dict:
        numbers = self.key.public_key().public_numbers()
        if self.algorithm in RSA_HASHES:
            return {"kty": "RSA", "kid": self.key_id, "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}
        size = (self.key.key_size + 7) // 8
        return {"kty": "EC", "kid": self.key_id, "crv": CURVE_NAMES[self.algorithm], "x": number(numbers.x, size),
                "y": number(numbers.y, size)}

    def publish(self, data: pathlib.Path) -> "Issuer":
        """Lays the keys where the server of that data folder looks for them."""
        path = pathlib.Path(data, "issuer-keys", self.name + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"keys": [self.public()]}))
        return self

    def sign(self, message: bytes) -> bytes:
        if self.algorithm in RSA_HASHES:
            return self.key.sign(message, padding.PKCS1v15(), RSA_HASHES[self.algorithm])
        size = (self.key.key_size + 7) // 8
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(EC_HASHES[self.algorithm])))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def token(self, header: dict | None = None, **claims) -> str:
        now = int(time.time())
        whole = {"iss": self.url, "sub": "subject-1", "aud": "client-1", "iat": now, "exp": now + 600, **claims}
        whole = {name: value for name, value in whole.items() if value is not None}
        top = {"alg": self.algorithm, "kid": self.key_id, "typ": "JWT", **(header or {})}
        message = base64url(json.dumps(top).encode()) + "." + base64url(json.dumps(whole).encode())
        return message + "." + base64url(self.sign(message.encode()))


def code(seed: str, steps: int = 0, at: float | None = None) -> str:
    """The code of a device with that seed, some steps of thirty seconds from now."""
    step = int((time.time() if at is None else at) // 30) + steps
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    at_byte = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at_byte:at_byte + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


class Device:
    """A virtual MFA device of an account, and what its owner reads from it."""

    def __init__(self, account, name: str | None = None):
        self.iam = account.client("iam")
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName=name or account.name("mfa"))["VirtualMFADevice"]
        self.serial, self.seed, self.picture = made["SerialNumber"], made["Base32StringSeed"].decode(), made["QRCodePNG"]

    def enable(self, user: str) -> "Device":
        """With the codes before this step's, so that this step's is left for use."""
        self.iam.enable_mfa_device(UserName=user, SerialNumber=self.serial, AuthenticationCode1=code(self.seed, -3),
                                   AuthenticationCode2=code(self.seed, -2))
        return self
