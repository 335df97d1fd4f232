"""Pages for what goes wrong: what happened, that nothing was lost, and what to do next."""

from timshel.interfaces.web.errors.views import (
    bad_request,
    csrf_failure,
    not_found,
    permission_denied,
    refusal_response,
    server_error,
)

__all__ = [
    "bad_request",
    "csrf_failure",
    "not_found",
    "permission_denied",
    "refusal_response",
    "server_error",
]
