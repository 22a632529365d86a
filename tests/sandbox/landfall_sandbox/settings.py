"""What can be set from outside, read once at start."""

import os


def _seconds(name: str, default: float) -> float:
    return float(os.environ.get(name, default))


#: How long CreateAccount stays IN_PROGRESS; as long again, the new account's role refuses callers.
ACCOUNT_SECONDS = _seconds("LANDFALL_SANDBOX_ACCOUNT_SECONDS", 0.3)

#: How long a new name of an account takes to reach Organizations.
NAME_SECONDS = _seconds("LANDFALL_SANDBOX_NAME_SECONDS", 0.3)

#: How long a Region stays ENABLING or DISABLING.
REGION_SECONDS = _seconds("LANDFALL_SANDBOX_REGION_SECONDS", 0.3)

#: How long a new role or user is an "invalid principal" to other roles' trust policies.
PRINCIPAL_SECONDS = _seconds("LANDFALL_SANDBOX_PRINCIPAL_SECONDS", 0.0)

#: How long a replica key stays Creating, and the keys of a multi-Region key Updating.
REPLICA_SECONDS = _seconds("LANDFALL_SANDBOX_REPLICA_SECONDS", 0.3)

#: How long a Firehose stream stays CREATING, or its encryption ENABLING or DISABLING.
STREAM_SECONDS = _seconds("LANDFALL_SANDBOX_STREAM_SECONDS", 0.3)

#: How long what Route 53 Resolver makes, changes or removes is on its way.
RESOLVER_SECONDS = _seconds("LANDFALL_SANDBOX_RESOLVER_SECONDS", 0.3)

#: How long a change in Route 53 stays PENDING.
CHANGE_SECONDS = _seconds("LANDFALL_SANDBOX_CHANGE_SECONDS", 0.3)

#: How long NAT gateways, VPC endpoints, Transit Gateways and their attachments, associations and
#: propagations stay pending or deleting.
GATEWAY_SECONDS = _seconds("LANDFALL_SANDBOX_GATEWAY_SECONDS", 0.3)
