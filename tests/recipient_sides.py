"""What recipients of each kind do at their end, written from the reference alone: check us, remember, answer, sign."""

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.processor import Call, Reply

DOMAIN = "processor.example"


def check_ours(call: Call, published: dict[str, Any], signed: bytes) -> None:
    """Fail unless a published key of ours signed this call a moment ago."""
    keys = {key["key_id"]: key["public_key"] for key in published["keys"]}
    ours = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[call.headers["occicor-key-id"]]))
    scheme, _, value = call.headers["webhook-signature"].partition(",")
    assert scheme == "v1a"
    seconds = call.headers["webhook-timestamp"]
    assert abs(time.time() - int(seconds)) < 300
    ours.verify(base64.b64decode(value), f"{call.headers['webhook-id']}.{seconds}.".encode() + signed)


@dataclass
class WebhookSide:
    """A recipient that speaks our own form. `says` is what its answers hold beside the notice's id; None: silent."""

    published: dict[str, Any]
    says: dict[str, Any] | None = None
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_key(self) -> str:
        """As staff paste it."""
        return "whpk_" + base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def __call__(self, call: Call) -> Reply:
        """Take a notice, or say how far one is."""
        check_ours(call, self.published, call.body)
        if call.method == "POST":
            content = json.loads(call.body)
            assert call.headers["idempotency-key"] == content["notice_id"]
            self.seen.setdefault(content["notice_id"], content)
            notice_id = content["notice_id"]
        else:
            notice_id = call.path.rpartition("/")[2]
        if self.says is None:
            return Reply(202, b"thank you")
        body = json.dumps({"notice_id": notice_id} | self.says).encode()
        return Reply(200, body, self.signed(body))

    def signed(self, body: bytes, *, at: float | None = None, message_id: str = "msg_1") -> dict[str, str]:
        """The headers under which it sends these bytes."""
        seconds = str(int(time.time() if at is None else at))
        value = self.key.sign(f"{message_id}.{seconds}.".encode() + body)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": seconds,
            "webhook-signature": "v1,unknownscheme v1a," + base64.b64encode(value).decode(),
        }


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | Ed25519PrivateKey


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """A key of the kind that OpenDSR's own example is signed with; made once, since it takes a moment."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OpenDsrSide:
    """A processor that speaks OpenDSR 2.0."""

    key: Key = field(default_factory=rsa_key)
    status: str = "pending"
    signs: bool = True
    changes: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def certificate(self, *, domain: str = DOMAIN, days: int = 30) -> str:
        """Its certificate, as staff paste it; with negative days, one whose time is over."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
        now = datetime.now(UTC)
        start, end = now - timedelta(days=90), now + timedelta(days=days)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number(), start, end)
        names = x509.SubjectAlternativeName([x509.DNSName(domain)])
        algorithm = None if isinstance(self.key, Ed25519PrivateKey) else SHA256()
        made = builder.add_extension(names, critical=False).sign(self.key, algorithm)
        return made.public_bytes(Encoding.PEM).decode()

    def __call__(self, call: Call) -> Reply:
        """Take a request, or say how far one is."""
        if call.method == "POST":
            content = json.loads(call.body)
            self.seen[content["subject_request_id"]] = content
            request_id, extra = content["subject_request_id"], {"encoded_request": base64.b64encode(call.body).decode()}
        else:
            request_id, extra = call.path.rpartition("/")[2], {"request_status": self.status}
        said = {
            "controller_id": "occicor",
            "expected_completion_time": "2030-01-01T00:00:00Z",
            "received_time": "2029-12-01T00:00:00Z",
            "subject_request_id": request_id,
        }
        body = json.dumps(said | extra | self.changes).encode()
        return Reply(201 if call.method == "POST" else 200, body, self.signed(body) if self.signs else {})

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers under which it sends these bytes; its signature is folded over lines, as in the specification."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            value = self.key.sign(body, padding.PKCS1v15(), SHA256())
        elif isinstance(self.key, ec.EllipticCurvePrivateKey):
            value = self.key.sign(body, ec.ECDSA(SHA256()))
        else:
            value = self.key.sign(body)
        text = base64.b64encode(value).decode()
        return {"X-OpenDSR-Processor-Domain": DOMAIN, "X-OpenDSR-Signature": f"{text[:76]} {text[76:]}"}
