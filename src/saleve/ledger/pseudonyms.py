"""Names and staff numbers become keyed hashes (HMAC-SHA-256) before anything is written; the key lies outside the ledger.

The same person gives the same pseudonym under one key, in any spelling of case, accents and blanks. Each pseudonym says the
number of its key, so that keys can be changed: rows of an earlier key keep theirs and are no longer linked to later ones.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from saleve.language import _
from saleve.ledger.errors import LedgerError
from saleve.ledger.evidence import write_whole
from saleve.ledger.intake.parsing.text import folded

_KEY_BYTES = 32
_KEPT_BYTES = 15  # of the hash: 120 bits, so that two persons never share a pseudonym
_PSEUDONYM = re.compile(r"p\d+-[a-z2-7]{24}")
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of a workspace, oldest first; the last one is in use."""

    keys: tuple[bytes, ...]

    def pseudonym(self, name: str) -> str:
        """Return the pseudonym of a name or staff number; one that is a pseudonym already stays."""
        if _PSEUDONYM.fullmatch(name):
            return name
        digest = hmac.new(self.keys[-1], folded(name).encode(), hashlib.sha256).digest()
        text = base64.b32encode(digest[:_KEPT_BYTES]).decode().lower()
        return f"p{len(self.keys)}-{text}"

    def rotated(self) -> "KeyRing":
        """Return the ring with a new key in use."""
        return KeyRing((*self.keys, secrets.token_bytes(_KEY_BYTES)))


def new_key_ring() -> KeyRing:
    """Return a ring with one random key."""
    return KeyRing((secrets.token_bytes(_KEY_BYTES),))


def read_key_ring(path: Path) -> KeyRing:
    """Read the file of keys, one a line in hexadecimal; raises ``LedgerError`` when it is missing or damaged."""
    try:
        keys = tuple(bytes.fromhex(line) for line in path.read_text("ascii").split())
    except FileNotFoundError as fault:
        message = _(
            "The key for pseudonyms, {path}, is missing. Put it back from your backup: with another key the same "
            "traveller would get a second pseudonym."
        )
        raise LedgerError(message.format(path=path)) from fault
    except (ValueError, UnicodeDecodeError) as fault:
        raise LedgerError(_damaged(path)) from fault
    if not keys or any(len(key) != _KEY_BYTES for key in keys):
        raise LedgerError(_damaged(path))
    return KeyRing(keys)


def write_key_ring(path: Path, ring: KeyRing) -> None:
    """Write the keys so that only their owner can read them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(f"{key.hex()}\n" for key in ring.keys).encode(), _OWNER_ONLY)


def _damaged(path: Path) -> str:
    return _("The key for pseudonyms, {path}, is damaged. Put it back from your backup.").format(path=path)
