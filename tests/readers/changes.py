"""Changes behind a landing zone's back, and what drift has to say of them; shared by what makes them."""

from typing import Callable, List, Tuple

from botocore.exceptions import ClientError

#: Addresses and what drift has to name of each.
named: List[Tuple[str, str]] = []


def changed(address: str, field: str) -> Callable[[Callable[[], None]], None]:
    """Makes the change at once, and notes what drift has to say of it."""

    def make(change: Callable[[], None]) -> None:
        change()
        named.append((address, field))

    return make


def forbidden(code: str) -> Callable[[Callable[[], None]], None]:
    """AWS refuses the change."""

    def attempt(change: Callable[[], None]) -> None:
        try:
            change()
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, error
        else:
            raise AssertionError(f"{change.__name__} is not refused")

    return attempt
