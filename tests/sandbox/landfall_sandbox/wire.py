"""Which API call a request is, and how an error is written in that call's protocol."""

import json
import re
from io import BytesIO
from typing import Any, Dict, List, NamedTuple, Optional, Tuple
from urllib.parse import parse_qs
from uuid import uuid4
from xml.sax.saxutils import escape

Environ = Dict[str, Any]

#: Beginnings of operation names that change nothing.
READING = (
    "Assume", "BatchDescribe", "BatchGet", "Check", "Decode", "Describe", "Estimate", "Filter",
    "Get", "Head", "List", "Lookup", "Preview", "Query", "Scan", "Search", "Select", "Simulate",
    "Test", "Validate", "Verify",
)  # fmt: skip

_REST_XML = {"s3", "s3-control", "route53", "cloudfront"}
_BOTOCORE_NAMES = {"s3-control": "s3control", "execute-api": "apigatewaymanagementapi"}
_CREDENTIAL = re.compile(r"Credential=([^/\s]+)/\d+/([^/\s]+)/([^/\s]+)/aws4_request")
_LARGEST_BODY = 4 << 20


class Call(NamedTuple):
    """One request, as far as it can be told before it is answered."""

    service: str
    operation: str
    protocol: str
    access_key: Optional[str]
    region: Optional[str]
    token: Optional[str]
    body: bytes

    @property
    def mutating(self) -> bool:
        return not self.operation.startswith(READING)


class Refusal(NamedTuple):
    """An error to be answered instead of what moto would say."""

    code: str
    message: str
    status: int = 400


def identify(environ: Environ) -> Optional[Call]:
    """Reads service, operation and caller off a request; None when it is no AWS call."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    scope = environ.get("HTTP_AUTHORIZATION") or ""
    if "X-Amz-Credential" in query:
        scope = "Credential=" + query["X-Amz-Credential"][0]
    match = _CREDENTIAL.search(scope)
    key, region, service = match.groups() if match else (None, None, None)
    target = environ.get("HTTP_X_AMZ_TARGET")
    form = (environ.get("CONTENT_TYPE") or "").startswith("application/x-www-form-urlencoded")
    body = b"" if service == "s3" else _peek(environ)
    action = _first(query, "Action")
    if form and not action:
        action = _first(parse_qs(body.decode("utf-8", "replace")), "Action")
    if service is None:
        if not (action or "").startswith("AssumeRoleWith"):
            return None
        service = "sts"
    if service == "s3" and environ.get("PATH_INFO", "").startswith("/v20180820/"):
        service = "s3-control"
    protocol, operation = _operation(environ, service, action, target, form)
    token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or _first(query, "X-Amz-Security-Token")
    return Call(service, operation, protocol, key, region, token, body)


def _first(values: Dict[str, List[str]], key: str) -> Optional[str]:
    return values[key][0] if values.get(key) else None


def _peek(environ: Environ) -> bytes:
    """The body, put back so that it can be read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= _LARGEST_BODY:
        return b""
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body


def _operation(
    environ: Environ, service: str, action: Optional[str], target: Optional[str], form: bool
) -> Tuple[str, str]:
    if target:
        return "json", target.rsplit(".", 1)[-1]
    if action and service not in _REST_XML:
        return ("ec2" if service == "ec2" else "query"), action
    path = environ.get("PATH_INFO", "/")
    if "/operation/" in path and environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "cbor", path.rsplit("/", 1)[-1]
    protocol = "rest-xml" if service in _REST_XML else "rest-json"
    return protocol, _routed(environ, service) or "{} {}".format(environ["REQUEST_METHOD"], path)


def _routed(environ: Environ, service: str) -> Optional[str]:
    """The REST operation whose method and URI botocore's model of the service gives."""
    from botocore.exceptions import UnknownServiceError
    from moto.core.request import Request
    from moto.core.routing import NotFound

    try:
        router = _router(_BOTOCORE_NAMES.get(service, service))
        operation, _ = router.match(Request(dict(environ)))
    except (NotFound, NotImplementedError, UnknownServiceError):
        return None
    return str(operation.name)


_routers: Dict[str, Any] = {}


def _router(name: str) -> Any:
    if name not in _routers:
        from moto.core.routing import get_service_router

        _routers[name] = get_service_router(name)
    return _routers[name]


def render(call: Call, refusal: Refusal) -> Tuple[int, List[Tuple[str, str]], bytes]:
    """An error as the call's protocol writes it: status, headers, body."""
    request_id = str(uuid4())
    code, message = escape(refusal.code), escape(refusal.message)
    kind = "Sender" if refusal.status < 500 else "Receiver"
    headers = [("x-amzn-RequestId", request_id)]
    if call.protocol in ("json", "rest-json"):
        headers += [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-ErrorType", refusal.code),
        ]
        text = json.dumps({"__type": refusal.code, "message": refusal.message})
        return refusal.status, headers, text.encode()
    if call.protocol == "cbor":
        headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        pairs = (("__type", refusal.code), ("message", refusal.message))
        return refusal.status, headers, b"\xa2" + b"".join(_cbor(x) for p in pairs for x in p)
    headers.append(("Content-Type", "text/xml"))
    if call.protocol == "ec2":
        text = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            f"</Errors><RequestID>{request_id}</RequestID></Response>"
        )
    elif call.service == "s3":
        text = (
            f"<Error><Code>{code}</Code><Message>{message}</Message>"
            f"<RequestId>{request_id}</RequestId></Error>"
        )
    else:
        text = (
            f"<ErrorResponse><Error><Type>{kind}</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId>"
            "</ErrorResponse>"
        )
    body = ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode()
    return refusal.status, headers, b"" if call.operation.startswith("Head") else body


def _cbor(text: str) -> bytes:
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data


_XML_CODE = re.compile(rb"<Code>([^<]*)</Code>")


def error_code(headers: List[Tuple[str, str]], body: bytes) -> Optional[str]:
    """The error code in an answer, whatever the protocol."""
    for name, value in headers:
        if name.lower() == "x-amzn-errortype" and value:
            return value.split(":")[0].split("#")[-1]
    match = _XML_CODE.search(body)
    if match:
        return match.group(1).decode()
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    code = answer.get("__type") or answer.get("code") or answer.get("Code")
    return str(code).split("#")[-1] if code else None


_TOKEN = "The security token included in the request is invalid."


def unknown_credentials(call: Call) -> Refusal:
    """What AWS says to credentials that it does not know, in the words of the service.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    if call.protocol == "ec2":
        text = "AWS was not able to validate the provided access credentials"
        return Refusal("AuthFailure", text, 401)
    if call.service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return Refusal("InvalidAccessKeyId", text, 403)
    if call.protocol in ("query", "rest-xml"):
        return Refusal("InvalidClientTokenId", _TOKEN, 403)
    status = 403 if call.protocol == "rest-json" else 400
    return Refusal("UnrecognizedClientException", _TOKEN, status)


def expired_credentials(call: Call) -> Refusal:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html"""
    text = "The security token included in the request is expired"
    if call.protocol == "ec2":
        return Refusal("RequestExpired", "Request has expired.", 400)
    if call.protocol in ("query", "rest-xml"):
        return Refusal("ExpiredToken", text, 403)
    return Refusal("ExpiredTokenException", text, 403 if call.protocol == "rest-json" else 400)


def access_denied(call: Call, caller: str) -> Refusal:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    prefix = {"monitoring": "cloudwatch", "s3-control": "s3"}.get(call.service, call.service)
    text = f"User: {caller} is not authorized to perform: {prefix}:{call.operation}"
    if call.protocol == "ec2":
        return Refusal("UnauthorizedOperation", text, 403)
    if call.protocol in ("query", "rest-xml"):
        return Refusal("AccessDenied", text, 403)
    return Refusal("AccessDeniedException", text, 403 if call.protocol == "rest-json" else 400)
