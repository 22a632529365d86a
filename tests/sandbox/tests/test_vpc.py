import json
import unittest

from harness import Case, allow

HOME = "ap-southeast-2"
S3 = f"com.amazonaws.{HOME}.s3"
SSM = f"com.amazonaws.{HOME}.ssm"


def tags(kind, **values):
    pairs = [{"Key": key, "Value": value} for key, value in (values or {"owner": "net"}).items()]
    return [{"ResourceType": kind, "Tags": pairs}]


def where(**values):
    """Filters: `vpc_id="vpc-1"` is `vpc-id`."""
    return [
        {"Name": name.replace("__", ".").replace("_", "-"), "Values": [value]}
        for name, value in values.items()
    ]


class Network(Case):
    def setUp(self):
        super().setUp()
        self.ec2 = self.client("ec2", region=HOME)

    def vpc(self, block="10.0.0.0/16", client=None):
        client = client or self.ec2
        return client.create_vpc(CidrBlock=block, TagSpecifications=tags("vpc"))["Vpc"]["VpcId"]

    def subnet(self, vpc, block="10.0.0.0/24", zone="apse2-az1", client=None):
        client = client or self.ec2
        made = client.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZoneId=zone)
        return made["Subnet"]["SubnetId"]

    def gateway(self, vpc):
        made = self.ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway"))
        name = made["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=name, VpcId=vpc)
        return name

    def table(self, vpc):
        made = self.ec2.create_route_table(VpcId=vpc, TagSpecifications=tags("route-table"))
        self.assertEqual(made["RouteTable"]["Tags"], [{"Key": "owner", "Value": "net"}])
        return made["RouteTable"]["RouteTableId"]

    def routes(self, table):
        return self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]


class Defaults(Network):
    def test_every_region_has_a_default_vpc_with_a_way_out_and_zones_with_ids(self):
        self.organization()
        member = self.enter(self.account("member"))
        account = self.client("account")
        account.enable_region(RegionName="ap-southeast-4")
        state = {"RegionName": "ap-southeast-4"}
        self.until(lambda: account.get_region_opt_status(**state)["RegionOptStatus"] == "ENABLED")
        for region, credentials in ((HOME, member), (HOME, None), ("ap-southeast-4", None)):
            ec2 = self.client("ec2", credentials, region)
            (vpc,) = ec2.describe_vpcs()["Vpcs"]
            self.assertTrue(vpc["DhcpOptionsId"].startswith("dopt-"))
            (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
            attachment = {"State": "available", "VpcId": vpc["VpcId"]}
            self.assertEqual(gateway["Attachments"], [attachment])
            (table,) = ec2.describe_route_tables()["RouteTables"]
            self.assertIn(
                ("0.0.0.0/0", gateway["InternetGatewayId"]),
                [(route["DestinationCidrBlock"], route["GatewayId"]) for route in table["Routes"]],
            )
            subnets = ec2.describe_subnets()["Subnets"]
            self.assertTrue(all(s["MapPublicIpOnLaunch"] and s["DefaultForAz"] for s in subnets))
            ids = {z["ZoneId"] for z in ec2.describe_availability_zones()["AvailabilityZones"]}
            prefix = "apse2" if region == HOME else "apse4"
            self.assertEqual(ids, {f"{prefix}-az{number}" for number in (1, 2, 3)})
            self.assertEqual({subnet["AvailabilityZoneId"] for subnet in subnets}, ids)

    def test_subnets_go_to_the_zone_of_an_id_and_are_no_defaults(self):
        vpc = self.vpc()
        one = self.subnet(vpc, zone="apse2-az2")
        (subnet,) = self.ec2.describe_subnets(SubnetIds=[one])["Subnets"]
        self.assertEqual(subnet["AvailabilityZoneId"], "apse2-az2")
        self.assertFalse(subnet["MapPublicIpOnLaunch"] or subnet["DefaultForAz"])
        found = self.ec2.describe_subnets(
            Filters=where(availability_zone_id="apse2-az2", vpc_id=vpc)
        )["Subnets"]
        self.assertEqual([subnet["SubnetId"] for subnet in found], [one])
        self.refused("InvalidParameterValue", self.subnet, vpc, "10.0.1.0/24", "use1-az1")
        self.refused("InvalidSubnet.Conflict", self.subnet, vpc, "10.0.0.0/25")
        self.ec2.modify_subnet_attribute(SubnetId=one, MapPublicIpOnLaunch={"Value": True})
        kind = {"PrivateDnsHostnameTypeOnLaunch": "resource-name"}
        self.ec2.modify_subnet_attribute(SubnetId=one, **kind)
        (subnet,) = self.ec2.describe_subnets(SubnetIds=[one])["Subnets"]
        self.assertTrue(subnet["MapPublicIpOnLaunch"])
        options = subnet["PrivateDnsNameOptionsOnLaunch"]
        self.assertEqual(options["HostnameType"], "resource-name")
        self.refused(
            "InvalidParameterCombination",
            self.ec2.modify_vpc_attribute,
            VpcId=vpc,
            EnableDnsSupport={"Value": True},
            EnableDnsHostnames={"Value": True},
        )

    def test_what_is_used_is_not_deleted(self):
        vpc = self.vpc()
        subnet, gateway, table = self.subnet(vpc), self.gateway(vpc), self.table(vpc)
        gone = {"VpcId": vpc}
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        group = self.ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=table)
        self.refused("DependencyViolation", self.ec2.delete_vpc, **gone)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_route_table(RouteTableId=table)
        self.refused("DependencyViolation", self.ec2.delete_vpc, **gone)
        gateway = {"InternetGatewayId": gateway}
        self.refused("DependencyViolation", self.ec2.delete_internet_gateway, **gateway)
        self.ec2.detach_internet_gateway(VpcId=vpc, **gateway)
        self.ec2.delete_internet_gateway(**gateway)
        self.refused("DependencyViolation", self.ec2.delete_vpc, **gone)
        self.ec2.delete_security_group(GroupId=group)
        acl = self.ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        self.refused("DependencyViolation", self.ec2.delete_vpc, **gone)
        self.ec2.delete_network_acl(NetworkAclId=acl)
        self.ec2.delete_vpc(**gone)
        self.refused("InvalidVpcID.NotFound", self.ec2.describe_vpcs, VpcIds=[vpc])

    def test_a_set_of_dhcp_options_serves_many_networks(self):
        options = self.ec2.create_dhcp_options(
            DhcpConfigurations=[{"Key": "domain-name", "Values": ["acme.internal"]}],
            TagSpecifications=tags("dhcp-options"),
        )["DhcpOptions"]
        self.assertEqual(options["Tags"], [{"Key": "owner", "Value": "net"}])
        one, two = self.vpc(), self.vpc("10.1.0.0/16")
        for vpc in (one, two):
            self.ec2.associate_dhcp_options(DhcpOptionsId=options["DhcpOptionsId"], VpcId=vpc)
        self.ec2.delete_vpc(VpcId=one)
        gone = {"DhcpOptionsId": options["DhcpOptionsId"]}
        self.refused("DependencyViolation", self.ec2.delete_dhcp_options, **gone)
        self.ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=two)
        self.ec2.delete_dhcp_options(**gone)


class Routes(Network):
    def test_routes_lead_to_what_is_there_once(self):
        vpc, other = self.vpc(), self.vpc("10.1.0.0/16")
        table, gateway, wrong = self.table(vpc), self.gateway(vpc), self.gateway(other)
        out = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
        self.refused("InvalidParameterValue", self.ec2.create_route, GatewayId=wrong, **out)
        transit = {"TransitGatewayId": "tgw-0123456789abcdef0"}
        self.refused("InvalidTransitGatewayID.NotFound", self.ec2.create_route, **transit, **out)
        self.refused("InvalidParameterValue", self.ec2.replace_route, GatewayId=gateway, **out)
        self.ec2.create_route(GatewayId=gateway, **out)
        self.refused("RouteAlreadyExists", self.ec2.create_route, GatewayId=gateway, **out)
        self.ec2.replace_route(GatewayId=gateway, **out)
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        self.assertEqual([route["State"] for route in self.routes(table)], ["active", "blackhole"])
        self.ec2.delete_route(**out)
        self.refused("InvalidRoute.NotFound", self.ec2.delete_route, **out)

    def test_associations_are_one_for_each_subnet_and_the_main_one_can_be_replaced(self):
        vpc = self.vpc()
        subnet, one, two = self.subnet(vpc), self.table(vpc), self.table(vpc)
        made = self.ec2.associate_route_table(RouteTableId=one, SubnetId=subnet)
        self.refused("Resource.AlreadyAssociated", self.ec2.associate_route_table,
                     RouteTableId=two, SubnetId=subnet)  # fmt: skip
        new = self.ec2.replace_route_table_association(
            AssociationId=made["AssociationId"], RouteTableId=two
        )
        self.assertNotEqual(new["NewAssociationId"], made["AssociationId"])
        main = where(vpc_id=vpc, association__main="true")
        (table,) = self.ec2.describe_route_tables(Filters=main)["RouteTables"]
        (association,) = table["Associations"]
        name = association["RouteTableAssociationId"]
        self.ec2.replace_route_table_association(AssociationId=name, RouteTableId=one)
        (table,) = self.ec2.describe_route_tables(Filters=main)["RouteTables"]
        self.assertEqual(table["RouteTableId"], one)
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=one)

    def test_a_token_is_used_once(self):
        vpc = self.vpc()
        one = self.ec2.create_route_table(VpcId=vpc, ClientToken="t")["RouteTable"]["RouteTableId"]
        two = self.ec2.create_route_table(VpcId=vpc, ClientToken="t")["RouteTable"]["RouteTableId"]
        self.assertEqual(one, two)
        self.refused("IdempotentParameterMismatch", self.ec2.create_route_table,
                     VpcId=self.vpc(), ClientToken="t")  # fmt: skip


class NatGateways(Network):
    def nat(self, subnet):
        address = self.ec2.allocate_address(TagSpecifications=tags("elastic-ip"))["AllocationId"]
        made = self.ec2.create_nat_gateway(
            SubnetId=subnet, AllocationId=address, TagSpecifications=tags("natgateway")
        )["NatGateway"]
        return made, address

    def state(self, name):
        found = self.ec2.describe_nat_gateways(NatGatewayIds=[name])["NatGateways"]
        return found[0]["State"]

    def test_a_nat_gateway_takes_a_while_to_come_and_to_go(self):
        vpc = self.vpc()
        subnet, gateway = self.subnet(vpc), self.gateway(vpc)
        made, address = self.nat(subnet)
        name, release = made["NatGatewayId"], {"AllocationId": address}
        self.assertEqual(made["State"], "pending")
        self.until(lambda: self.state(name) == "available")
        self.refused("InvalidIPAddress.InUse", self.ec2.release_address, **release)
        detach = {"InternetGatewayId": gateway, "VpcId": vpc}
        self.refused("DependencyViolation", self.ec2.detach_internet_gateway, **detach)
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        wrong = [{"Name": "tag:owner", "Values": ["nobody"]}]
        self.assertEqual(self.ec2.describe_nat_gateways(Filters=wrong)["NatGateways"], [])
        self.ec2.delete_nat_gateway(NatGatewayId=name)
        self.assertEqual(self.state(name), "deleting")
        self.refused("InvalidIPAddress.InUse", self.ec2.release_address, **release)
        self.until(lambda: self.state(name) == "deleted")
        self.ec2.release_address(**release)
        self.ec2.detach_internet_gateway(**detach)
        self.ec2.delete_subnet(SubnetId=subnet)

    def test_an_address_that_is_taken_makes_it_fail(self):
        vpc = self.vpc()
        subnet = self.subnet(vpc)
        self.gateway(vpc)
        _, address = self.nat(subnet)
        made = self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        self.until(lambda: self.state(made["NatGatewayId"]) == "failed")
        (found,) = self.ec2.describe_nat_gateways(Filters=where(state="failed"))["NatGateways"]
        self.assertEqual(found["FailureCode"], "Resource.AlreadyAssociated")
        (held,) = self.ec2.describe_addresses(AllocationIds=[address])["Addresses"]
        self.assertIn("AssociationId", held)

    def test_without_a_way_out_it_fails(self):
        made, _ = self.nat(self.subnet(self.vpc()))
        self.until(lambda: self.state(made["NatGatewayId"]) == "failed")
        (found,) = self.ec2.describe_nat_gateways()["NatGateways"]
        self.assertEqual(found["FailureCode"], "Gateway.NotAttached")


class Endpoints(Network):
    def state(self, name):
        found = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[name])["VpcEndpoints"]
        return found[0]["State"]

    def test_a_gateway_endpoint_makes_routes(self):
        vpc = self.vpc()
        one, two = self.table(vpc), self.table(vpc)
        made = self.ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=S3, RouteTableIds=[one], TagSpecifications=tags("vpc-endpoint")
        )["VpcEndpoint"]
        name = made["VpcEndpointId"]
        self.assertEqual((made["VpcEndpointType"], made["State"]), ("Gateway", "available"))
        self.assertEqual(self.routes(one)[1]["GatewayId"], name)
        self.refused("RouteAlreadyExists", self.ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3,
                     RouteTableIds=[one])  # fmt: skip
        self.refused("InvalidServiceName", self.ec2.create_vpc_endpoint, VpcId=vpc,
                     ServiceName="com.amazonaws.us-east-1.s3")  # fmt: skip
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        change = {"AddRouteTableIds": [two], "RemoveRouteTableIds": [one]}
        self.ec2.modify_vpc_endpoint(
            VpcEndpointId=name, PolicyDocument='{"Statement":[]}', **change
        )
        self.assertEqual(len(self.routes(one)), 1)
        self.assertEqual(self.routes(two)[1]["GatewayId"], name)
        found = self.ec2.describe_vpc_endpoints(Filters=where(vpc_id=vpc, service_name=S3))
        self.assertEqual(found["VpcEndpoints"][0]["PolicyDocument"], '{"Statement":[]}')
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[name])
        self.assertEqual(len(self.routes(two)), 1)
        self.until(lambda: self.tries(self.state, name) is None)
        self.refused("InvalidVpcEndpointId.NotFound", self.state, name)

    def test_an_interface_endpoint_has_interfaces_groups_and_names(self):
        vpc = self.vpc()
        one, two = self.subnet(vpc), self.subnet(vpc, "10.0.1.0/24", "apse2-az2")
        same = self.subnet(vpc, "10.0.2.0/24")
        said = {"VpcId": vpc, "ServiceName": SSM, "VpcEndpointType": "Interface"}
        self.refused("InvalidParameter", self.ec2.create_vpc_endpoint, SubnetIds=[one], **said)
        self.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.refused("DuplicateSubnetsInSameZone", self.ec2.create_vpc_endpoint,
                     SubnetIds=[one, same], **said)  # fmt: skip
        made = self.ec2.create_vpc_endpoint(SubnetIds=[one], **said)["VpcEndpoint"]
        name = made["VpcEndpointId"]
        self.assertEqual(made["State"], "pending")
        self.assertTrue(made["PrivateDnsEnabled"])
        self.assertEqual([group["GroupName"] for group in made["Groups"]], ["default"])
        self.until(lambda: self.state(name) == "available")
        self.refused("InvalidParameter", self.ec2.create_vpc_endpoint, SubnetIds=[two], **said)
        group = self.ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
        self.ec2.modify_vpc_endpoint(
            VpcEndpointId=name,
            AddSubnetIds=[two],
            AddSecurityGroupIds=[group],
            RemoveSecurityGroupIds=[made["Groups"][0]["GroupId"]],
        )
        (held,) = self.ec2.describe_vpc_endpoints()["VpcEndpoints"]
        self.assertEqual(sorted(held["SubnetIds"]), sorted([one, two]))
        self.assertEqual([one["GroupId"] for one in held["Groups"]], [group])
        self.assertEqual(len(held["NetworkInterfaceIds"]), 2)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=two)
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[name])
        self.until(lambda: not self.ec2.describe_vpc_endpoints()["VpcEndpoints"])
        self.ec2.delete_security_group(GroupId=group)
        self.ec2.delete_subnet(SubnetId=two)

    def test_services_are_listed(self):
        found = self.ec2.describe_vpc_endpoint_services(ServiceNames=[S3])["ServiceDetails"]
        kinds = {service["ServiceType"][0]["ServiceType"] for service in found}
        self.assertEqual(kinds, {"Gateway", "Interface"})
        names = self.ec2.describe_vpc_endpoint_services()["ServiceNames"]
        self.assertIn(SSM, names)


class PrefixLists(Network):
    def test_versions_follow_each_other(self):
        made = self.ec2.create_managed_prefix_list(
            PrefixListName="acme",
            AddressFamily="IPv4",
            MaxEntries=2,
            Entries=[{"Cidr": "10.0.0.0/8", "Description": "all"}],
            TagSpecifications=tags("prefix-list"),
        )["PrefixList"]
        name, new = made["PrefixListId"], [{"Cidr": "10.1.0.0/16"}]
        modify = self.ec2.modify_managed_prefix_list
        self.refused("IncorrectState", modify, PrefixListId=name, CurrentVersion=1, AddEntries=new)
        self.settled(name)
        self.refused("PrefixListVersionMismatch", modify, PrefixListId=name, CurrentVersion=2,
                     AddEntries=new)  # fmt: skip
        self.assertEqual(
            modify(PrefixListId=name, CurrentVersion=1, AddEntries=new)["PrefixList"]["Version"], 2
        )
        self.settled(name)
        more = [{"Cidr": "10.2.0.0/16"}]
        self.refused("PrefixListMaxEntriesExceeded", modify, PrefixListId=name, CurrentVersion=2,
                     AddEntries=more)  # fmt: skip
        modify(PrefixListId=name, MaxEntries=5)
        entries = self.ec2.get_managed_prefix_list_entries
        self.assertEqual(len(entries(PrefixListId=name)["Entries"]), 2)
        self.assertEqual(len(entries(PrefixListId=name, TargetVersion=1)["Entries"]), 1)
        vpc = self.vpc()
        table, gateway = self.table(vpc), self.gateway(vpc)
        route = {"RouteTableId": table, "DestinationPrefixListId": name}
        self.ec2.create_route(GatewayId=gateway, **route)
        self.ec2.delete_managed_prefix_list(PrefixListId=name)
        self.until(lambda: self.held(name)[0]["State"] == "delete-failed")
        self.assertIn(table, self.held(name)[0]["StateMessage"])
        used = self.ec2.get_managed_prefix_list_associations(PrefixListId=name)
        users = [one["ResourceId"] for one in used["PrefixListAssociations"]]
        self.assertEqual(users, [table])
        self.ec2.delete_route(**route)
        self.ec2.delete_managed_prefix_list(PrefixListId=name)
        self.until(lambda: not self.held(name))

    def held(self, name):
        return self.ec2.describe_managed_prefix_lists(Filters=where(prefix_list_id=name))[
            "PrefixLists"
        ]

    def settled(self, name):
        self.until(lambda: self.held(name)[0]["State"].endswith("complete"))

    def test_aws_has_lists_of_its_own(self):
        found = self.ec2.describe_managed_prefix_lists(Filters=where(prefix_list_name=S3))
        self.assertEqual([one["OwnerId"] for one in found["PrefixLists"]], ["AWS"])
        found = self.ec2.describe_prefix_lists(Filters=where(prefix_list_name=S3))
        self.assertTrue(found["PrefixLists"][0]["Cidrs"])


class FlowLogs(Network):
    def test_what_was_said_is_kept(self):
        self.client("s3").create_bucket(Bucket="acme-archive")
        vpc = self.vpc()
        options = {
            "FileFormat": "parquet",
            "HiveCompatiblePartitions": True,
            "PerHourPartition": True,
        }
        said = {
            "ResourceIds": [vpc],
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::acme-archive/network/",
            "LogFormat": "${version} ${srcaddr}",
            "MaxAggregationInterval": 60,
            "DestinationOptions": options,
        }
        made = self.ec2.create_flow_logs(TagSpecifications=tags("vpc-flow-log"), **said)
        self.assertEqual(made["Unsuccessful"], [])
        (log,) = self.ec2.describe_flow_logs(Filter=where(resource_id=vpc))["FlowLogs"]
        for name in ("TrafficType", "LogFormat", "MaxAggregationInterval", "DestinationOptions",
                     "LogDestination", "LogDestinationType"):  # fmt: skip
            self.assertEqual(log[name], said[name])
        self.assertEqual(log["Tags"], [{"Key": "owner", "Value": "net"}])
        self.refused("FlowLogAlreadyExists", self.ec2.create_flow_logs, **said)
        self.ec2.delete_flow_logs(FlowLogIds=made["FlowLogIds"])
        self.assertEqual(self.ec2.describe_flow_logs()["FlowLogs"], [])

    def test_a_log_group_needs_a_role_that_may_write(self):
        self.client("logs", region=HOME).create_log_group(logGroupName="flows")
        service = {"Service": "vpc-flow-logs.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam = self.client("iam")
        arn = iam.create_role(RoleName="flows", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        group = f"arn:aws:logs:{HOME}:123456789012:log-group:flows"
        said = {"ResourceType": "VPC", "TrafficType": "REJECT", "DeliverLogsPermissionArn": arn}
        states = []
        for block in ("10.0.0.0/16", "10.1.0.0/16"):
            vpc = self.vpc(block)
            self.ec2.create_flow_logs(ResourceIds=[vpc], LogDestination=group, **said)
            (log,) = self.ec2.describe_flow_logs(Filter=where(resource_id=vpc))["FlowLogs"]
            self.assertEqual((log["LogGroupName"], log["LogDestination"]), ("flows", group))
            states.append(log["DeliverLogsStatus"])
            policy = allow("logs:*", "*")
            iam.put_role_policy(RoleName="flows", PolicyName="logs", PolicyDocument=policy)
        self.assertEqual(states, ["FAILED", "SUCCESS"])

    def test_another_accounts_bucket_has_to_let_the_service_write(self):
        self.organization()
        self.client("s3").create_bucket(Bucket="acme-archive")
        ec2 = self.client("ec2", self.enter(self.account("member")), HOME)
        said = {
            "ResourceIds": [self.vpc(client=ec2)],
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
        }
        for bucket, text in (("acme-archive", "Access Denied"), ("nobodys", "does not exist")):
            made = ec2.create_flow_logs(LogDestination=f"arn:aws:s3:::{bucket}", **said)
            self.assertIn(text, made["Unsuccessful"][0]["Error"]["Message"])


class Security(Network):
    def setUp(self):
        super().setUp()
        self.net = self.vpc()
        made = self.ec2.create_security_group(
            GroupName="g", Description="d", VpcId=self.net,
            TagSpecifications=tags("security-group"),
        )  # fmt: skip
        self.group = made["GroupId"]

    def allow(self, *permissions, **more):
        return self.ec2.authorize_security_group_ingress(
            GroupId=self.group, IpPermissions=list(permissions), **more
        )["SecurityGroupRules"]

    def test_each_entry_is_a_rule_with_an_id_of_its_own(self):
        web = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        blocks = {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "ours"}]}
        itself = {"UserIdGroupPairs": [{"GroupId": self.group, "Description": "itself"}]}
        rules = self.allow(
            {**web, **blocks},
            {"IpProtocol": "-1", **itself},
            TagSpecifications=tags("security-group-rule"),
        )
        self.assertEqual([rule["Description"] for rule in rules], ["ours", "itself"])
        self.assertEqual(rules[1]["ReferencedGroupInfo"]["GroupId"], self.group)
        self.refused("InvalidPermission.Duplicate", self.allow, {**web, **blocks})
        found = self.ec2.describe_security_group_rules(Filters=where(group_id=self.group))
        self.assertEqual(len(found["SecurityGroupRules"]), 3)
        name = rules[0]["SecurityGroupRuleId"]
        change = {**web, "CidrIpv4": "10.1.0.0/16", "Description": "less"}
        self.ec2.modify_security_group_rules(
            GroupId=self.group,
            SecurityGroupRules=[{"SecurityGroupRuleId": name, "SecurityGroupRule": change}],
        )
        (rule,) = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[name])[
            "SecurityGroupRules"
        ]
        self.assertEqual((rule["CidrIpv4"], rule["Description"]), ("10.1.0.0/16", "less"))
        self.ec2.revoke_security_group_ingress(GroupId=self.group, SecurityGroupRuleIds=[name])
        self.refused(
            "InvalidPermission.NotFound",
            self.ec2.revoke_security_group_ingress,
            GroupId=self.group,
            IpPermissions=[{**web, **blocks}],
        )

    def test_descriptions_change_and_blocks_are_canonical(self):
        entry = {"CidrIp": "10.0.0.7/8", "Description": "ours"}
        made = self.ec2.create_managed_prefix_list(
            PrefixListName="acme", AddressFamily="IPv4", MaxEntries=1
        )["PrefixList"]["PrefixListId"]
        lists = [{"PrefixListId": made, "Description": "listed"}]
        everything = {"IpProtocol": "-1", "IpRanges": [entry], "PrefixListIds": lists}
        rules = self.allow(everything)
        self.assertEqual(rules[0]["CidrIpv4"], "10.0.0.0/8")
        entry["Description"] = "all of ours"
        self.ec2.update_security_group_rule_descriptions_ingress(
            GroupId=self.group, IpPermissions=[everything]
        )
        (group,) = self.ec2.describe_security_groups(GroupIds=[self.group])["SecurityGroups"]
        (permission,) = group["IpPermissions"]
        self.assertEqual(
            permission["IpRanges"], [{"CidrIp": "10.0.0.0/8", "Description": "all of ours"}]
        )
        self.assertEqual(permission["PrefixListIds"], lists)
        wrong = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/33"}]}
        self.refused("InvalidParameterValue", self.allow, wrong)
        self.refused("InvalidVpcID.NotFound", self.ec2.create_security_group,
                     GroupName="g", Description="d", VpcId="vpc-0123456789abcdef0")  # fmt: skip

    def test_lists_come_in_pages(self):
        for index in range(6):
            self.vpc(f"10.{index}.0.0/16")
        first = self.ec2.describe_vpcs(MaxResults=5)
        self.assertEqual(len(first["Vpcs"]), 5)
        rest = self.ec2.describe_vpcs(MaxResults=5, NextToken=first["NextToken"])
        self.assertEqual((len(rest["Vpcs"]), "NextToken" in rest), (3, False))

    def test_groups_that_others_refer_to_stay(self):
        other = self.ec2.create_security_group(GroupName="h", Description="d", VpcId=self.net)
        pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": other["GroupId"]}]}
        self.allow(pair)
        gone = {"GroupId": other["GroupId"]}
        self.refused("DependencyViolation", self.ec2.delete_security_group, **gone)
        self.ec2.revoke_security_group_ingress(GroupId=self.group, IpPermissions=[pair])
        self.ec2.delete_security_group(**gone)
        (default,) = self.ec2.describe_security_groups(
            Filters=where(vpc_id=self.net, group_name="default")
        )["SecurityGroups"]
        default = {"GroupId": default["GroupId"]}
        self.refused("CannotDelete", self.ec2.delete_security_group, **default)

    def entries(self, name, number):
        (acl,) = self.ec2.describe_network_acls(NetworkAclIds=[name])["NetworkAcls"]
        return [entry for entry in acl["Entries"] if entry["RuleNumber"] == number]

    def test_network_acls(self):
        subnet = self.subnet(self.net)
        acl = self.ec2.create_network_acl(VpcId=self.net, TagSpecifications=tags("network-acl"))
        name = acl["NetworkAcl"]["NetworkAclId"]
        self.assertEqual({e["RuleAction"] for e in acl["NetworkAcl"]["Entries"]}, {"deny"})
        (default,) = self.ec2.describe_network_acls(Filters=where(default="true", vpc_id=self.net))[
            "NetworkAcls"
        ]
        (association,) = default["Associations"]
        self.ec2.replace_network_acl_association(
            AssociationId=association["NetworkAclAssociationId"], NetworkAclId=name
        )
        (held,) = self.ec2.describe_network_acls(NetworkAclIds=[name])["NetworkAcls"]
        self.assertEqual([one["SubnetId"] for one in held["Associations"]], [subnet])
        self.refused("DependencyViolation", self.ec2.delete_network_acl, NetworkAclId=name)
        entry = {"NetworkAclId": name, "RuleNumber": 7, "Egress": True}
        ping = {"RuleAction": "allow", "CidrBlock": "10.0.0.0/8", "Protocol": "icmp"}
        create = self.ec2.create_network_acl_entry
        self.refused("MissingParameter", create, **entry, **ping)
        create(IcmpTypeCode={"Code": -1, "Type": 8}, **entry, **ping)
        again = {**entry, **ping, "Protocol": "6", "PortRange": {"From": 1, "To": 2}}
        self.refused("NetworkAclEntryAlreadyExists", create, **again)
        (held,) = self.entries(name, 7)
        self.assertEqual((held["Protocol"], held["IcmpTypeCode"]["Type"]), ("1", 8))
        self.ec2.replace_network_acl_entry(**again)
        (held,) = self.entries(name, 7)
        self.assertEqual((held["Protocol"], held["PortRange"]), ("6", {"From": 1, "To": 2}))
        self.ec2.delete_network_acl_entry(**entry)
        self.refused("InvalidNetworkAclEntry.NotFound", self.ec2.delete_network_acl_entry, **entry)


if __name__ == "__main__":
    unittest.main()
