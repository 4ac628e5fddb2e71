"""Signing a package's list of checksums with Ed25519, and checking such a signature.

Ed25519 (RFC 8032) is deterministic: the same key and the same bytes give the same signature, so
that a signed package is reproducible to the byte like any other. A key's fingerprint is the
SHA-256 of its DER form (SubjectPublicKeyInfo), in hexadecimal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from coverage.packages import PackageKey

_LONGEST_PEM = 10_000  # an Ed25519 key has a hundred bytes; nobody's megabytes are parsed


class KeyUnreadable(ValueError):
    """These bytes are no Ed25519 key in PEM, or the passphrase is not theirs."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody checks a signature with."""

    key: Ed25519PublicKey

    @classmethod
    def read(cls, pem: bytes) -> PublicKey:
        """Read a public key's PEM.

        Raises:
            KeyUnreadable: it is none, or a key of another kind.
        """
        try:
            key = load_pem_public_key(pem[:_LONGEST_PEM])
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyUnreadable from error
        if not isinstance(key, Ed25519PublicKey):
            raise KeyUnreadable
        return cls(key)

    @property
    def pem(self) -> str:
        """The key as its file."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the key's DER form, in hexadecimal."""
        der = self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` is this key's over ``content``."""
        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key, and the address where its public one stands. It never shows itself."""

    _private: Ed25519PrivateKey
    address: str

    @classmethod
    def new(cls, address: str) -> Signer:
        """Make a key out of the system's own randomness."""
        return cls(Ed25519PrivateKey.generate(), address)

    @classmethod
    def read(cls, pem: bytes, passphrase: str | None, address: str) -> Signer:
        """Read a private key's PEM.

        Raises:
            KeyUnreadable: it is none, of another kind, or locked by another passphrase.
        """
        try:
            key = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyUnreadable from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnreadable
        return cls(key, address)

    @property
    def public(self) -> PublicKey:
        """The key that others check with."""
        return PublicKey(self._private.public_key())

    @property
    def key(self) -> PackageKey:
        """The public key as a package prints it."""
        return PackageKey(self.address, self.public.fingerprint, self.public.pem)

    def sign(self, content: bytes) -> bytes:
        """Return the 64 bytes of the signature over ``content``."""
        return self._private.sign(content)

    def private_pem(self, passphrase: str | None) -> bytes:
        """Return the private key as its file, locked when there is a passphrase."""
        locked: KeySerializationEncryption = (
            BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        )
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
