"""The protocol in which newer SDKs speak to CloudWatch, put into words that moto understands.

Moto takes a service's JSON, not its CBOR. A request in CBOR goes on as JSON, and its answer comes
back as CBOR, value by value as the service's model says.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
https://www.rfc-editor.org/rfc/rfc8949
"""

import base64
import json
import re
import struct
from datetime import datetime, timezone
from io import BytesIO
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

Environ = Dict[str, Any]
Application = Callable[..., Iterable[bytes]]

_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)")
#: Services by the name that paths give them.
_SERVICES = {"GraniteServiceVersion20100801": "cloudwatch"}
_BREAK = object()


def translated(moto: Application) -> Application:
    """Moto, for callers of both protocols."""

    def application(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        match = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        service = _SERVICES.get(match.group(1)) if match else None
        if match is None or service is None or environ.get("HTTP_SMITHY_PROTOCOL") != "rpc-v2-cbor":
            return moto(environ, start)
        got: List[Any] = []

        def started(status: str, headers: List[Tuple[str, str]], _: Any = None) -> None:
            got[:] = [status, headers]

        body = b"".join(moto(_as_json(environ, *match.groups()), started))
        status, headers = got
        shape = _shape(service, match.group(2)) if status.startswith("2") else None
        answer = encode(json.loads(body) if body else {}, shape)
        dropped = ("content-type", "content-length")
        headers = [(name, value) for name, value in headers if name.lower() not in dropped]
        headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        start(status, headers + [("Content-Length", str(len(answer)))])
        return [answer]

    return application


def _as_json(environ: Environ, target: str, operation: str) -> Environ:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    text = json.dumps(decode(body) if body else {}, default=_plain).encode()
    more = {
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "CONTENT_TYPE": "application/x-amz-json-1.0",
        "CONTENT_LENGTH": str(len(text)),
        "HTTP_X_AMZ_TARGET": f"{target}.{operation}",
        "wsgi.input": BytesIO(text),
    }
    return {**environ, **more}


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


_models: Dict[str, Any] = {}


def _shape(service: str, operation: str) -> Any:
    if service not in _models:
        import botocore.session

        _models[service] = botocore.session.get_session().get_service_model(service)
    return _models[service].operation_model(operation).output_shape


# --- reading -------------------------------------------------------------------------------------


def decode(data: bytes) -> Any:
    """The one value that these bytes hold."""
    return _item(BytesIO(data))


def _item(stream: BytesIO) -> Any:
    first = stream.read(1)[0]
    major, minor = first >> 5, first & 31
    if major == 7:
        return _simple(stream, minor)
    size = _size(stream, minor)
    if major == 0:
        return size
    if major == 1:
        return -1 - size
    if major in (2, 3):
        if size is None:
            return (b"" if major == 2 else "").join(_all(stream))
        data = stream.read(size)
        return data if major == 2 else data.decode()
    if major == 4:
        return _all(stream) if size is None else [_item(stream) for _ in range(size)]
    if major == 5:
        flat = _all(stream) if size is None else [_item(stream) for _ in range(2 * size)]
        return dict(zip(flat[::2], flat[1::2]))
    return _item(stream)  # a tag: what it marks, as it is


def _all(stream: BytesIO) -> List[Any]:
    """Items up to the end of what has no length."""
    found = []
    while True:
        item = _item(stream)
        if item is _BREAK:
            return found
        found.append(item)


def _size(stream: BytesIO, minor: int) -> Optional[int]:
    if minor < 24:
        return minor
    if minor == 31:
        return None
    return int.from_bytes(stream.read(1 << (minor - 24)), "big")


def _simple(stream: BytesIO, minor: int) -> Any:
    if minor in (25, 26, 27):
        width, code = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}[minor]
        return struct.unpack(code, stream.read(width))[0]
    if minor == 31:
        return _BREAK
    return {20: False, 21: True}.get(minor)


# --- writing -------------------------------------------------------------------------------------


def encode(value: Any, shape: Any = None) -> bytes:
    """A value of JSON, of the type that the model says; of its own where there is none."""
    kind = shape.type_name if shape is not None else None
    if value is None:
        return b"\xf6"
    if kind == "timestamp":
        return b"\xc1\xfb" + struct.pack(">d", _seconds(value))
    if kind in ("double", "float"):
        return b"\xfb" + struct.pack(">d", float(value))
    if kind in ("integer", "long"):
        value = int(value)
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, list):
        member = shape.member if kind == "list" else None
        return _head(4, len(value)) + b"".join(encode(item, member) for item in value)
    if isinstance(value, dict):
        pairs = {key: item for key, item in value.items() if item is not None}
        body = b"".join(encode(key) + encode(item, _member(shape, key)) for key, item in pairs.items())
        return _head(5, len(pairs)) + body
    if kind == "blob":
        data = base64.b64decode(value)
        return _head(2, len(data)) + data
    data = str(value).encode()
    return _head(3, len(data)) + data


def _member(shape: Any, key: str) -> Any:
    if shape is None:
        return None
    return shape.members.get(key) if shape.type_name == "structure" else shape.value


def _seconds(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def _head(major: int, size: int) -> bytes:
    if size < 24:
        return bytes([major << 5 | size])
    width = next(width for width in range(4) if size < 1 << (8 << width))
    return bytes([major << 5 | 24 + width]) + size.to_bytes(1 << width, "big")
