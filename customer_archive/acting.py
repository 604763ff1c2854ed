"""What the present thread is doing, and where from: the audit log asks here.

Kept in context variables of Python, not in the context of Odoo, because clients send the latter.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from odoo.http import request

from .const import (
    AUDIT_EXPORT,
    AUDIT_PRINT,
    CHANNEL_PORTAL,
    CHANNEL_RPC,
    CHANNEL_SHELL,
    CHANNEL_WEB,
)

_RPC_PATHS = ("/xmlrpc", "/jsonrpc", "/json/")


@dataclass(frozen=True)
class Act:
    """An operation on a model that is going on; what it reads is noted once, in its name."""

    operation: str
    model: str
    field_names: tuple[str, ...] = ()
    domain: object = None


_act: ContextVar[Act | None] = ContextVar("customer_audit_act", default=None)
_origin: ContextVar[tuple[str, str | None] | None] = ContextVar("customer_audit_origin", default=None)


def current():
    """The operation that is going on, or ``None``."""
    return _act.get()


@contextmanager
def acting(operation, model, field_names=(), domain=None):
    """Say what is being done; inside an operation on the same model this changes nothing.

    What an export or a print reads of other models is exported or printed, too.
    """
    outer = _act.get()
    if outer and outer.model == model:
        yield outer
        return
    if outer and outer.operation in (AUDIT_EXPORT, AUDIT_PRINT):
        operation = outer.operation
    token = _act.set(Act(operation, model, tuple(field_names or ()), domain))
    try:
        yield _act.get()
    finally:
        _act.reset(token)


@contextmanager
def coming_from(channel, address=None):
    """Say where the work comes from, for what has no request to ask: scheduled actions, old RPC."""
    token = _origin.set((channel, address))
    try:
        yield
    finally:
        _origin.reset(token)


def remote_address():
    """The network address behind the request, or ``None``."""
    return request.httprequest.environ.get("REMOTE_ADDR") if request else None


def origin(user):
    """Channel and address of what a user is doing now."""
    if known := _origin.get():
        return known
    if not request:
        return CHANNEL_SHELL, None
    if request.httprequest.path.startswith(_RPC_PATHS):
        return CHANNEL_RPC, remote_address()
    return CHANNEL_WEB if user._is_internal() else CHANNEL_PORTAL, remote_address()
