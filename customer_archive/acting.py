"""What the present thread is doing, and where from: the audit log asks here.

Kept in context variables of Python, not in the context of Odoo, because clients send the latter.
"""

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from odoo.http import Request, request

from .const import (
    AUDIT_EXPORT,
    AUDIT_PRINT,
    CHANNEL_PORTAL,
    CHANNEL_RPC,
    CHANNEL_SHELL,
    CHANNEL_WEB,
)

_RPC_PATHS = ("/xmlrpc", "/jsonrpc", "/json/")
# Where the host answers a request that names no database, and one that does.
_SERVING = (Request._serve_nodb.__code__, Request._serve_db.__code__)


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
    """Say where the work comes from, for what has no request to ask, such as scheduled actions."""
    token = _origin.set((channel, address))
    try:
        yield
    finally:
        _origin.reset(token)


def _hidden_request():
    """The request of old RPC that is being answered, or ``None``.

    The host takes it out of reach meanwhile, see its ``borrow_request``. Where a server has several databases, such a
    request names none, so no controller of an addon is asked before either, and the addon may not even be loaded: what
    is left is where the thread stands.
    """
    frame = sys._getframe()
    while frame and frame.f_code not in _SERVING:
        frame = frame.f_back
    return frame and frame.f_locals["self"]


def origin(user):
    """Channel and address of what a user is doing now."""
    if known := _origin.get():
        return known
    asked = request or _hidden_request()
    if not asked:
        return CHANNEL_SHELL, None
    address = asked.httprequest.environ.get("REMOTE_ADDR")
    if asked.httprequest.path.startswith(_RPC_PATHS):
        return CHANNEL_RPC, address
    return CHANNEL_WEB if user._is_internal() else CHANNEL_PORTAL, address
