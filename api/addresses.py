"""Under which address the pages are reached, where one has to be printed or followed.

What stands in ``Host`` is the asker's own word. It may come back to the asker; nothing that
somebody else will read or follow is built from it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from api.dependencies import settings


def told_address(request: Request, path: str) -> str:
    """Return a path as others reach it; the path alone while nobody has said under what address."""
    return settings(request).web.public_address + path


def own_address(request: Request) -> str:
    """Return under what address this asker reached us; for an answer to nobody else."""
    public = settings(request).web.public_address
    if public and host_of(request.headers.get("host", "")) == host_of(urlsplit(public).netloc):
        return public  # a proxy in front may have taken HTTPS away
    return str(request.base_url).rstrip("/")


def next_page(request: Request, cursor: str) -> str:
    """Return the address of a list's next page, for the program that asked for this one."""
    following = request.url.include_query_params(cursor=cursor)
    return f"{own_address(request)}{following.path}?{following.query}"


def host_of(netloc: str) -> str:
    """Return the host of ``host:port`` in lower case, of IPv6 without brackets; empty for none."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
