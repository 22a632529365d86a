"""Changes many things of the network behind the landing zone's back, each as somebody in a hurry would.

Prints, as JSON, what drift has to name: addresses, and the field that differs, `create` for what is gone, or `remove` for
what has come.
"""

import json
import sys
import time
from typing import Any, Dict, List

from changes import changed, named
from sessions import HOME, OTHERS, client

REPLICA = OTHERS[0]
HUB = "security"


def ec2(address: str) -> Any:
    account, region, _ = address.split("/", 2)
    return client("ec2", account, region)


def id_of(address: str) -> str:
    """What AWS calls something in EC2."""
    filters = [{"Name": "key", "Values": ["landfall:address"]}, {"Name": "value", "Values": [address]}]
    (found,) = ec2(address).describe_tags(Filters=filters)["Tags"]
    return found["ResourceId"]


def of(account: str, kind: str, name: str, region: str = HOME) -> str:
    return f"{account}/{region}/ec2/{kind}/{name}"


def table(segment: str) -> str:
    return id_of(of(HUB, "transit-gateway-route-table", segment))


def attachment(vpc: str) -> str:
    return id_of(of(vpc, "transit-gateway-attachment", vpc))


def hub() -> Any:
    return client("ec2", HUB)


def everybody(port: int, cidr: str = "0.0.0.0/0") -> List[Dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}]


def settle() -> None:
    """What was told takes a while."""
    time.sleep(1)


@changed(of("prod", "route", "prod/data/0.0.0.0/0"), "remove")
def route_added() -> None:
    gateway = id_of(of("prod", "internet-gateway", "prod"))
    client("ec2", "prod").create_route(
        RouteTableId=id_of(of("prod", "route-table", "prod/data")), DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )


@changed(of("dev", "route", "dev/dmz/0.0.0.0/0"), "create")
def route_deleted() -> None:
    name = id_of(of("dev", "route-table", "dev/dmz"))
    client("ec2", "dev").delete_route(RouteTableId=name, DestinationCidrBlock="0.0.0.0/0")


@changed(of("staging", "route", "staging/application-az1/0.0.0.0/0"), "target")
def route_repointed() -> None:
    client("ec2", "staging").replace_route(
        RouteTableId=id_of(of("staging", "route-table", "staging/application-az1")),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=id_of(of("staging", "internet-gateway", "staging")),
    )


@changed(of(HUB, "transit-gateway-propagation", "nonprod/prod"), "remove")
def prod_opened_to_nonprod() -> None:
    hub().enable_transit_gateway_route_table_propagation(
        TransitGatewayRouteTableId=table("nonprod"), TransitGatewayAttachmentId=attachment("prod")
    )


@changed(of(HUB, "transit-gateway-propagation", "egress/dev"), "create")
def propagation_disabled() -> None:
    hub().disable_transit_gateway_route_table_propagation(
        TransitGatewayRouteTableId=table("egress"), TransitGatewayAttachmentId=attachment("dev")
    )


@changed(of(HUB, "transit-gateway-route", "prod/10.0.0.0/8"), "create")
def blackhole_removed() -> None:
    hub().delete_transit_gateway_route(TransitGatewayRouteTableId=table("prod"), DestinationCidrBlock="10.0.0.0/8")


@changed(of(HUB, "transit-gateway-route", "nonprod/0.0.0.0/0"), "target")
def way_out_repointed() -> None:
    hub().replace_transit_gateway_route(
        TransitGatewayRouteTableId=table("nonprod"),
        DestinationCidrBlock="0.0.0.0/0",
        TransitGatewayAttachmentId=attachment("dev"),
    )


@changed(of(HUB, "transit-gateway-association", "staging"), "table")
def attachment_moved() -> None:
    name = attachment("staging")
    hub().disassociate_transit_gateway_route_table(
        TransitGatewayRouteTableId=table("nonprod"), TransitGatewayAttachmentId=name
    )
    settle()
    hub().associate_transit_gateway_route_table(
        TransitGatewayRouteTableId=table("prod"), TransitGatewayAttachmentId=name
    )


@changed(of("prod", "network-acl", "prod/data"), "entries[in 00001]")
def acl_opened() -> None:
    client("ec2", "prod").create_network_acl_entry(
        NetworkAclId=id_of(of("prod", "network-acl", "prod/data")),
        RuleNumber=1, Protocol="-1", RuleAction="allow", Egress=False, CidrBlock="0.0.0.0/0",
    )  # fmt: skip


@changed(of("prod", "security-group", "prod/data"), "rules[tcp 5432 <- 0.0.0.0/0]")
def group_opened() -> None:
    group = id_of(of("prod", "security-group", "prod/data"))
    client("ec2", "prod").authorize_security_group_ingress(GroupId=group, IpPermissions=everybody(5432))


@changed(of("dev", "security-group", "dev/application"), "rules[")
def group_closed() -> None:
    ec2, group = client("ec2", "dev"), id_of(of("dev", "security-group", "dev/application"))
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"][:1])


@changed(of("dev", "default-security-group", "dev"), "rules[tcp 22 <- 0.0.0.0/0]")
def default_group_filled() -> None:
    ec2, vpc = client("ec2", "dev"), id_of(of("dev", "vpc", "dev"))
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    (found,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=everybody(22))


@changed(of("prod", "subnet", "prod/data-az2"), "public_addresses")
def subnet_made_public() -> None:
    client("ec2", "prod").modify_subnet_attribute(
        SubnetId=id_of(of("prod", "subnet", "prod/data-az2")), MapPublicIpOnLaunch={"Value": True}
    )


@changed(of("staging", "vpc", "staging"), "dns_hostnames")
def names_switched_off() -> None:
    client("ec2", "staging").modify_vpc_attribute(
        VpcId=id_of(of("staging", "vpc", "staging")), EnableDnsHostnames={"Value": False}
    )


@changed(of("prod", "flow-log", "prod/bucket"), "create")
def flow_logs_deleted() -> None:
    client("ec2", "prod").delete_flow_logs(FlowLogIds=[id_of(of("prod", "flow-log", "prod/bucket"))])


@changed(of("prod", "vpc-endpoint", "prod/s3"), "policy[Organization]")
def endpoint_opened() -> None:
    client("ec2", "prod").modify_vpc_endpoint(VpcEndpointId=id_of(of("prod", "vpc-endpoint", "prod/s3")), ResetPolicy=True)


@changed(of("prod", "transit-gateway-attachment", "prod"), "subnets")
def attachment_narrowed() -> None:
    ec2, name = client("ec2", "prod"), attachment("prod")
    (found,) = ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[name])[
        "TransitGatewayVpcAttachments"
    ]
    ec2.modify_transit_gateway_vpc_attachment(
        TransitGatewayAttachmentId=name, RemoveSubnetIds=sorted(found["SubnetIds"])[:1]
    )


@changed(of(HUB, "transit-gateway", "transit"), "auto_accept")
def acceptance_switched_off() -> None:
    hub().modify_transit_gateway(
        TransitGatewayId=id_of(of(HUB, "transit-gateway", "transit")), Options={"AutoAcceptSharedAttachments": "disable"}
    )


@changed(f"{HUB}/{HOME}/ram/resource-share/transit", "principals")
def gateway_unshared() -> None:
    ram = client("ram", HUB)
    for share in ram.get_resource_shares(resourceOwner="SELF")["resourceShares"]:
        tags = {tag["key"]: tag["value"] for tag in share.get("tags", [])}
        if tags.get("landfall:address", "").endswith("/transit") and share["status"] == "ACTIVE":
            arn = share["resourceShareArn"]
            found = ram.get_resource_share_associations(associationType="PRINCIPAL", resourceShareArns=[arn])
            principals = [one["associatedEntity"] for one in found["resourceShareAssociations"]]
            ram.disassociate_resource_share(resourceShareArn=arn, principals=principals)
    settle()


@changed("prod/global/route53/zone-association/prod.acme.internal/hub", "create")
def zone_dissociated() -> None:
    route53 = client("route53", "prod")
    zones = route53.list_hosted_zones()["HostedZones"]
    (zone,) = [zone["Id"] for zone in zones if zone["Name"] == "prod.acme.internal."]
    vpc = {"VPCRegion": HOME, "VPCId": id_of(of(HUB, "vpc", "hub"))}
    route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=vpc)


@changed(f"dev/{HOME}/route53resolver/rule-association/dev/corp.acme.example", "create")
def rule_dissociated() -> None:
    resolver, vpc = client("route53resolver", "dev"), id_of(of("dev", "vpc", "dev"))
    rules = [rule["Id"] for rule in resolver.list_resolver_rules()["ResolverRules"] if "corp" in rule["DomainName"]]
    resolver.disassociate_resolver_rule(VPCId=vpc, ResolverRuleId=rules[0])
    settle()


@changed(f"{HUB}/{HOME}/route53resolver/rule/corp.acme.example", "targets")
def forward_repointed() -> None:
    resolver = client("route53resolver", HUB)
    rules = resolver.list_resolver_rules()["ResolverRules"]
    (rule,) = [rule["Id"] for rule in rules if rule["DomainName"] == "corp.acme.example."]
    resolver.update_resolver_rule(ResolverRuleId=rule, Config={"TargetIps": [{"Ip": "192.168.66.66", "Port": 53}]})
    settle()


@changed(f"staging/{HOME}/route53resolver/query-log-association/staging/queries", "create")
def queries_not_logged() -> None:
    resolver, vpc = client("route53resolver", "staging"), id_of(of("staging", "vpc", "staging"))
    found = resolver.list_resolver_query_log_config_associations()["ResolverQueryLogConfigAssociations"]
    (one,) = [one for one in found if one["ResourceId"] == vpc]
    resolver.disassociate_resolver_query_log_config(
        ResolverQueryLogConfigId=one["ResolverQueryLogConfigId"], ResourceId=vpc
    )
    settle()


@changed(of("prod", "route-table-association", "prod/data-az1"), "table")
def subnet_given_another_table() -> None:
    ec2, name = client("ec2", "prod"), id_of(of("prod", "route-table", "prod/data"))
    (found,) = ec2.describe_route_tables(RouteTableIds=[name])["RouteTables"]
    subnet = id_of(of("prod", "subnet", "prod/data-az1"))
    (one,) = [one["RouteTableAssociationId"] for one in found["Associations"] if one.get("SubnetId") == subnet]
    dmz = id_of(of("prod", "route-table", "prod/dmz"))
    ec2.replace_route_table_association(AssociationId=one, RouteTableId=dmz)


@changed(of("prod", "route", "prod-standby/application-az2/0.0.0.0/0", REPLICA), "create")
def standby_cut_off() -> None:
    name = id_of(of("prod", "route-table", "prod-standby/application-az2", REPLICA))
    client("ec2", "prod", REPLICA).delete_route(RouteTableId=name, DestinationCidrBlock="0.0.0.0/0")


assert len(named) >= 20
json.dump(named, sys.stdout)
