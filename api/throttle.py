"""Who guesses has to wait: what the door counts an asker under, and the refusal."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping

from fastapi import Request

from api.refusals import TooManyAttempts
from coverage.actions import attempts
from coverage.actions.attempts import Key, Window
from coverage.storage.sessions import Database

_IPV6_NETWORK_BITS = 64  # one household or office has at least so many addresses to itself
logger = logging.getLogger(__name__)


def address_of(request: Request) -> str:
    """Return the asker's address, of IPv6 its network.

    It is the connection's own, or the one that a proxy named in the settings tells; what anybody
    else writes into ``X-Forwarded-For`` is not read.
    """
    told = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), _IPV6_NETWORK_BITS), strict=False))
    return str(address)


def attempt(request: Request, opened: Database, windows: Mapping[Key, Window]) -> None:
    """Count one attempt before it is judged, so that many at once are counted too.

    Raises:
        TooManyAttempts: there were too many; the attempt must not be judged.
    """
    wait = attempts.count(opened, windows)
    if wait:
        logger.warning("held back for %s s: %s", wait, address_of(request))
        raise TooManyAttempts(wait)
