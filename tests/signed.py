"""Publishing in a test: with the signing key that the test's database comes to know."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coverage.actions import packages
from coverage.actions.people import act_for
from coverage.dossier.signing import Signer
from coverage.people import OrganisationKind, Role
from coverage.storage import signing_keys

ADDRESS = "/.well-known/phusong/package-signing-key.pem"


def a_signer(number=1):
    """A signer whose key is always the same; another number is another key."""
    return Signer(Ed25519PrivateKey.from_private_bytes(number.to_bytes(32)), ADDRESS)


def signer_of(database):
    """The signer whose key is the current one of the test's database."""
    signer = a_signer()
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "khóa kiểm thử")
    with database.transaction(authority) as connection:
        signing_keys.lock(connection)
        if signing_keys.current_key(connection) is None:
            public = signer.public
            signing_keys.add(connection, public.fingerprint, public.pem, "kiểm thử")
    return signer


def publish_package(database, actor, number, writers, **further):
    """``coverage.actions.packages.publish_package``, signed with the test's key."""
    return packages.publish_package(
        database, actor, number, writers, signer_of(database), **further
    )
