"""Signatures of packs: Ed25519 (RFC 8032). The private key stays in a file of its own; the public keys may go to everybody."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from saleve.language import _, for_reader
from saleve.ledger.evidence import write_whole
from saleve.method.problems import SaleveError

_OWNER_ONLY = 0o600
_END = b"-----END PUBLIC KEY-----\n"
_FINGERPRINT_SIGNS = 64


class SigningError(SaleveError):
    """A key for signatures that is missing, damaged, or not what was named."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key in use: it signs, and its public half goes with what it signed."""

    private: Ed25519PrivateKey

    @property
    def public_pem(self) -> bytes:
        """The public key as everybody may have it."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """The name of the key."""
        return fingerprint(self.public_pem)

    def sign(self, content: bytes) -> bytes:
        """Return the signature; the same content gives the same bytes."""
        return self.private.sign(content)


def signer(path: Path) -> Signer:
    """Return the key in use; the first call makes the pair, a lost private key is never replaced in silence."""
    if not path.exists() and not public_file(path).exists():
        return new_signer(path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as fault:
        message = for_reader(
            _("The key for signatures, {path}, is missing. Put it back from your backup, or take a new one: saleve rotate-key --signing"),
            _("The key for signatures, {path}, is missing. Ask the operator to put it back from the backup."),
        )  # fmt: skip
        raise SigningError(message.format(path=path)) from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise SigningError(_damaged(path)) from fault
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningError(_damaged(path))
    return Signer(private)


def new_signer(path: Path) -> Signer:
    """Put a new key in use and add its public half to those of before: what they signed can still be verified."""
    made = Signer(Ed25519PrivateKey.generate())
    public = public_file(path)
    before = public.read_bytes() if public.exists() else b""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The public half first: a key that nobody knows of must never have signed.
    write_whole(public, before + made.public_pem)
    private = made.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(path, private, _OWNER_ONLY)
    return made


def public_file(path: Path) -> Path:
    """Return where the public halves stand, the newest last."""
    return path.with_name(f"{path.name}.pub")


def is_signed(content: bytes, signature: bytes, public_pem: bytes) -> bool:
    """Tell whether the owner of the key signed exactly this content."""
    key = _public_key(public_pem)
    with suppress(InvalidSignature):
        if key is not None:
            key.verify(signature, content)
            return True
    return False


def fingerprint(public_pem: bytes) -> str:
    """Return the SHA-256 of the 32 bytes of a public key; empty where it is no Ed25519 key."""
    key = _public_key(public_pem)
    return "" if key is None else sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def known_fingerprints(told: str) -> Sequence[str]:
    """Return the keys that a person names: a fingerprint, or a file of public keys."""
    path = Path(told)
    if not path.is_file():
        return [_as_fingerprint(told)]
    parts = path.read_bytes().replace(b"\r\n", b"\n").split(_END)
    found = [fingerprint(part + _END) for part in parts if part.strip()]
    if not found or not all(found):
        message = _("{file} holds no public key for signatures, or it is damaged. Ask for it again.")
        raise SigningError(message.format(file=told))
    return found


def _as_fingerprint(told: str) -> str:
    signs = "".join(one for one in told.lower() if one not in " :-")
    if len(signs) != _FINGERPRINT_SIGNS or set(signs) - set("0123456789abcdef"):
        message = _("{key} is neither a file nor a fingerprint of {count} signs.")
        raise SigningError(message.format(key=told, count=_FINGERPRINT_SIGNS))
    return signs


def _public_key(pem: bytes) -> Ed25519PublicKey | None:
    with suppress(ValueError, UnsupportedAlgorithm):
        key = load_pem_public_key(pem)
        return key if isinstance(key, Ed25519PublicKey) else None
    return None


def _damaged(path: Path) -> str:
    return _("The key for signatures, {path}, is damaged. Put it back from your backup.").format(path=path)
