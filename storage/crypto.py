"""Encryption at rest: AES-256-GCM values that carry their key's id, and keyed hashes for what is looked up."""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

KEY_ID_BYTES = 4
NONCE_BYTES = 12


class WrongKey(Exception):
    """The secret key is missing, malformed, or not the one that the data was written with."""


class Keyring:
    """The keys of one installation.

    New keys are put in front: the first one encrypts, every one decrypts, and the last (the oldest) also keys the
    look-up hashes and the audit seals, which must never change.
    """

    def __init__(self, secret: str) -> None:
        secrets = [_decode(part) for part in secret.split(",") if part.strip()]
        if not secrets:
            raise WrongKey("no secret key is set")
        self._ciphers = {_key_id(raw): AESGCM(_derive(raw, b"data")) for raw in secrets}
        self._newest = algorithms.AES(_derive(secrets[0], b"data"))
        self._current = _key_id(secrets[0])
        self._lookup = _derive(secrets[-1], b"lookup")
        self._seal = _derive(secrets[-1], b"audit seal")

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """`context` (the column's name) is authenticated: a value moved to another column does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return self._current + nonce + self._ciphers[self._current].encrypt(nonce, plain, context.encode())

    def encrypt_in_pieces(self, pieces: Iterable[bytes], context: str) -> Iterator[bytes]:
        """The same value as of all pieces together, for what is too big to be held at once."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = Cipher(self._newest, modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(context.encode())
        yield self._current + nonce
        for piece in pieces:
            yield cipher.update(piece)
        yield cipher.finalize() + cipher.tag

    def decrypt(self, value: bytes, context: str) -> bytes:
        cipher = self._ciphers.get(value[:KEY_ID_BYTES])
        if cipher is None:
            raise WrongKey("a value was written with a key that is not in SULH_SECRET_KEY")
        nonce, sealed = value[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES], value[KEY_ID_BYTES + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, context.encode())
        except InvalidTag:
            raise WrongKey(f"a value of {context} was altered or does not belong there") from None

    def lookup(self, kind: str, value: str | int) -> int:
        """A 63-bit keyed hash: equal values of one kind meet, and nobody without the key can tell which."""
        digest = hashlib.blake2b(f"{kind}:{value}".encode(), key=self._lookup, digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def seal(self, *parts: str) -> str:
        """The HMAC that ties the heads of the audit chains to this installation."""
        return hmac.new(self._seal, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    """A fresh value for SULH_SECRET_KEY."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def unlock(secret: str) -> None:
    """Set the keys of this process; columns and look-ups work from here on."""
    global _keyring
    _keyring = Keyring(secret)


def keyring() -> Keyring:
    if _keyring is None:
        raise WrongKey("no secret key is set")
    return _keyring


_keyring: Keyring | None = None


def lookup(kind: str, value: str | int) -> int:
    return keyring().lookup(kind, value)


def hash_secret(secret: str) -> str:
    """A slow hash for what a person must type from memory or paper (scrypt, 16 MiB)."""
    salt = os.urandom(16)
    return f"{salt.hex()}${_scrypt(secret, salt).hex()}"


def secret_matches(secret: str, stored: str) -> bool:
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(_scrypt(secret, bytes.fromhex(salt)).hex(), digest)


def _scrypt(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1)


def _decode(part: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(part.strip())
    except (binascii.Error, ValueError):
        raise WrongKey("a secret key must be 32 bytes in URL-safe base64") from None
    if len(raw) != 32:
        raise WrongKey("a secret key must be 32 bytes in URL-safe base64")
    return raw


def _key_id(raw: bytes) -> bytes:
    return hashlib.sha256(b"sulh key id" + raw).digest()[:KEY_ID_BYTES]


def _derive(raw: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"sulh " + purpose).derive(raw)


class Encrypted(TypeDecorator[Any]):
    """A column whose value (text, or anything JSON can say) is stored encrypted; NULL stays NULL."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return keyring().encrypt(json.dumps(value, ensure_ascii=False).encode(), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return json.loads(keyring().decrypt(bytes(value), self.context))
