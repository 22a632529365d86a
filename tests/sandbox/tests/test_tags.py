import unittest

from test_vpc import S3, Network, tags, where

UNKNOWN = "0123456789abcdef0"


class Tags(Network):
    """Everything that a network is made of can be born with tags, and tagged later."""

    def born(self):
        """Ids by type, each made with a tag."""
        make, said = self.ec2, lambda kind: {"TagSpecifications": tags(kind)}
        vpc = make.create_vpc(CidrBlock="10.0.0.0/16", **said("vpc"))["Vpc"]["VpcId"]
        at = {"VpcId": vpc}
        subnet = make.create_subnet(CidrBlock="10.0.0.0/24", **at, **said("subnet"))["Subnet"]
        group = make.create_security_group(
            GroupName="g", Description="d", **at, **said("security-group")
        )["GroupId"]
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
        rules = make.authorize_security_group_ingress(
            GroupId=group, IpPermissions=everything, **said("security-group-rule")
        )["SecurityGroupRules"]
        out = make.create_internet_gateway(**said("internet-gateway"))["InternetGateway"]
        make.attach_internet_gateway(InternetGatewayId=out["InternetGatewayId"], **at)
        address = make.allocate_address(**said("elastic-ip"))["AllocationId"]
        nat = make.create_nat_gateway(
            SubnetId=subnet["SubnetId"], AllocationId=address, **said("natgateway")
        )["NatGateway"]
        table = make.create_route_table(**at, **said("route-table"))["RouteTable"]
        acl = make.create_network_acl(**at, **said("network-acl"))["NetworkAcl"]
        endpoint = make.create_vpc_endpoint(ServiceName=S3, **at, **said("vpc-endpoint"))
        options = [{"Key": "domain-name", "Values": ["acme.internal"]}]
        options = make.create_dhcp_options(DhcpConfigurations=options, **said("dhcp-options"))
        prefixes = make.create_managed_prefix_list(
            PrefixListName="p", AddressFamily="IPv4", MaxEntries=1, **said("prefix-list")
        )["PrefixList"]
        self.client("s3").create_bucket(Bucket="acme-archive")
        log = make.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::acme-archive",
            **said("vpc-flow-log"),
        )["FlowLogIds"][0]
        hub = make.create_transit_gateway(**said("transit-gateway"))["TransitGateway"]
        hub = hub["TransitGatewayId"]
        describe = make.describe_transit_gateways
        self.until(lambda: describe()["TransitGateways"][0]["State"] == "available")
        attachment = make.create_transit_gateway_vpc_attachment(
            TransitGatewayId=hub,
            SubnetIds=[subnet["SubnetId"]],
            **at,
            **said("transit-gateway-attachment"),
        )["TransitGatewayVpcAttachment"]
        routes = make.create_transit_gateway_route_table(
            TransitGatewayId=hub, **said("transit-gateway-route-table")
        )["TransitGatewayRouteTable"]
        return [
            vpc, subnet["SubnetId"], group, rules[0]["SecurityGroupRuleId"],
            out["InternetGatewayId"], address, nat["NatGatewayId"], table["RouteTableId"],
            acl["NetworkAclId"], endpoint["VpcEndpoint"]["VpcEndpointId"],
            options["DhcpOptions"]["DhcpOptionsId"], prefixes["PrefixListId"], log, hub,
            attachment["TransitGatewayAttachmentId"], routes["TransitGatewayRouteTableId"],
        ]  # fmt: skip

    def held(self, name):
        found = self.ec2.describe_tags(Filters=where(resource_id=name))["Tags"]
        self.assertTrue(all(tag["ResourceType"] for tag in found))
        return {tag["Key"]: tag["Value"] for tag in found}

    def test_tags_come_and_go(self):
        for name in self.born():
            with self.subTest(name):
                self.assertEqual(self.held(name), {"owner": "net"})
                self.ec2.create_tags(Resources=[name], Tags=[{"Key": "segment", "Value": "prod"}])
                wrong = [{"Key": "segment", "Value": "dev"}, {"Key": "owner"}]
                self.ec2.delete_tags(Resources=[name], Tags=wrong)
                self.assertEqual(self.held(name), {"segment": "prod"})
                unknown = name.rpartition("-")[0] + "-" + UNKNOWN
                with self.assertRaises(self.ec2.exceptions.ClientError) as caught:
                    self.ec2.create_tags(Resources=[unknown], Tags=[{"Key": "a", "Value": "b"}])
                self.assertIn(".NotFound", caught.exception.response["Error"]["Code"])

    def test_keys_of_aws_and_too_many_are_refused(self):
        name = self.vpc()
        create = self.ec2.create_tags
        reserved = [{"Key": "aws:owner", "Value": "net"}]
        self.refused("InvalidParameterValue", create, Resources=[name], Tags=reserved)
        many = [{"Key": str(number), "Value": ""} for number in range(50)]
        self.refused("TagLimitExceeded", create, Resources=[name], Tags=many)
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="10.0.0.0/16",
                     TagSpecifications=tags("subnet"))  # fmt: skip


if __name__ == "__main__":
    unittest.main()
