"""Says in our own terms what went wrong between us and a model's server; no key and no prompt gets past here."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from json import JSONDecodeError

import anthropic
import httpx2

from apps.ai.generators import Fault, GeneratorFault

# What asking a server may raise and `fault_of` knows.
ERRORS = (
    anthropic.AnthropicError,
    httpx2.HTTPError,
    httpx2.StreamError,
    JSONDecodeError,
    UnicodeDecodeError,
)

_BY_TYPE = {
    "authentication_error": Fault.KEY_REFUSED,
    "permission_error": Fault.KEY_REFUSED,
    "not_found_error": Fault.MODEL_UNKNOWN,
    "request_too_large": Fault.TOO_LONG,
    "exceed_context_size_error": Fault.TOO_LONG,
    "rate_limit_error": Fault.RATE_LIMITED,
    "overloaded_error": Fault.OVERLOADED,
    "timeout_error": Fault.SILENT,
    "api_error": Fault.SERVER_ERROR,
    "invalid_request_error": Fault.REQUEST_REFUSED,
}
_BY_STATUS = {
    401: Fault.KEY_REFUSED,
    403: Fault.KEY_REFUSED,
    404: Fault.MODEL_UNKNOWN,
    408: Fault.SILENT,
    413: Fault.TOO_LONG,
    429: Fault.RATE_LIMITED,
    503: Fault.OVERLOADED,
    529: Fault.OVERLOADED,
}
_TOO_LONG = re.compile(r"too long|too many tokens|context (length|size|window)|maximum context|n_ctx", re.IGNORECASE)
_BY_STOP_REASON = {
    "max_tokens": Fault.CUT_SHORT,
    "model_context_window_exceeded": Fault.CUT_SHORT,
    "refusal": Fault.REFUSAL,
}
_LONGEST_DETAIL = 200


def fault_of(error: Exception, *, server: str, key: str) -> GeneratorFault:
    """The fault behind one of `ERRORS`; `server` is the address that was asked, `key` what must not be repeated."""
    if isinstance(error, anthropic.APIStatusError):
        return GeneratorFault(
            _fault_of_status(error), _detail(error, key), retry_after=retry_after(error.response.headers)
        )
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) and error.__cause__ else error
    fault = _fault_of_connection(cause)
    if fault is Fault.INTERNAL and isinstance(error, anthropic.APIConnectionError):
        fault = Fault.UNREACHABLE
    # The text of these may hold headers: their kind says enough.
    return GeneratorFault(fault, f"{type(cause).__name__} at {address(server)}")


def fault_of_ending(stop_reason: str | None) -> Fault | None:
    """The fault that the server's reason for stopping is; None when the answer is whole."""
    return Fault.CUT if stop_reason is None else _BY_STOP_REASON.get(stop_reason)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds after which the server wants to be asked again."""
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return max(0.0, float(milliseconds) / 1000)
        if (value := headers.get("retry-after")) is None:
            return None
        return max(0.0, float(value) if re.fullmatch(r"[\d.]+", value) else _until(value))
    except ValueError:
        return None


def address(server: str) -> str:
    """Where the server is, without a password that may stand in its address."""
    return re.sub(r"(?<=//)[^/]*@", "", server)


def _until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()


def _fault_of_status(error: anthropic.APIStatusError) -> Fault:
    fault = _BY_TYPE.get(error.type or "") or _BY_STATUS.get(error.status_code)
    if fault in (None, Fault.REQUEST_REFUSED) and _TOO_LONG.search(error.api_message or error.message):
        return Fault.TOO_LONG
    if fault is not None:
        return fault
    return Fault.REQUEST_REFUSED if 400 <= error.status_code < 500 else Fault.SERVER_ERROR


def _fault_of_connection(error: BaseException) -> Fault:
    match error:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            return Fault.UNREACHABLE
        case httpx2.TimeoutException():
            return Fault.SILENT
        case httpx2.NetworkError() | httpx2.RemoteProtocolError():
            return Fault.CUT
        case httpx2.LocalProtocolError():
            # A header that cannot be sent: a key copied together with something else.
            return Fault.KEY_REFUSED
        case JSONDecodeError() | UnicodeDecodeError():
            return Fault.SERVER_ERROR
        case ValueError():
            # As aiohttp calls a header that cannot be sent.
            return Fault.KEY_REFUSED
        case _:
            return Fault.INTERNAL


def _detail(error: anthropic.APIStatusError, key: str) -> str:
    said = " ".join((error.api_message or error.message).split())
    named = " ".join(part for part in (str(error.status_code), error.type, error.request_id) if part)
    return f"{named}: {said.replace(key, '…') if key else said}"[:_LONGEST_DETAIL]
