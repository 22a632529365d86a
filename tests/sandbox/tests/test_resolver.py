"""Route 53 Resolver's endpoints and rules, as AWS documents them."""

import unittest

from networks import Networks

INTERNET = "rslvr-autodefined-rr-internet-resolver"


class Resolver(Networks):
    def setUp(self):
        super().setUp()
        self.resolver = self.client("route53resolver")
        self.hub = self.vpc()
        self.first, self.second, self.third = self.subnets(
            self.hub, "10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"
        )
        self.dns = self.group(self.hub)
        self.made = 0

    def create(self, direction="OUTBOUND", addresses=None, **more):
        self.made += 1
        settings = {
            "CreatorRequestId": f"endpoint-{self.made}",
            "SecurityGroupIds": [self.dns],
            "Direction": direction,
            "IpAddresses": addresses or [{"SubnetId": self.first}, {"SubnetId": self.second}],
            **more,
        }
        return self.resolver.create_resolver_endpoint(**settings)["ResolverEndpoint"]

    def get(self, endpoint):
        return self.resolver.get_resolver_endpoint(ResolverEndpointId=endpoint)["ResolverEndpoint"]

    def operational(self, endpoint):
        return self.until(lambda: self.get(endpoint), lambda it: it["Status"] == "OPERATIONAL")

    def ready(self, *arguments, **more):
        return self.operational(self.create(*arguments, **more)["Id"])

    def addresses(self, endpoint):
        listed = self.resolver.list_resolver_endpoint_ip_addresses(ResolverEndpointId=endpoint)
        return listed["IpAddresses"]

    def forward(self, domain="corp.example", endpoint=None, client=None, **more):
        self.made += 1
        self.endpoint = endpoint or getattr(self, "endpoint", None) or self.ready()["Id"]
        settings = {
            "CreatorRequestId": f"rule-{self.made}",
            "RuleType": "FORWARD",
            "DomainName": domain,
            "ResolverEndpointId": self.endpoint,
            "TargetIps": [{"Ip": "192.0.2.53"}],
            **more,
        }
        return (client or self.resolver).create_resolver_rule(**settings)["ResolverRule"]

    def rule(self, key, client=None):
        return (client or self.resolver).get_resolver_rule(ResolverRuleId=key)["ResolverRule"]

    def associations(self, client=None, **filters):
        listed = (client or self.resolver).list_resolver_rule_associations(
            Filters=[{"Name": name, "Values": [value]} for name, value in filters.items()]
        )
        return listed["ResolverRuleAssociations"]

    def gone(self, call, **named):
        """Waits until the resource is not found any more."""
        self.until(lambda: self.tries(lambda: call(**named)), lambda it: it is None)


class Endpoints(Resolver):
    def test_an_endpoint_takes_a_while(self):
        made = self.create(
            Name="out",
            Protocols=["Do53", "DoH"],
            ResolverEndpointType="IPV4",
            Tags=[{"Key": "team", "Value": "net"}],
        )
        self.assertEqual((made["Status"], made["HostVPCId"]), ("CREATING", self.hub))
        self.assertEqual({it["Status"] for it in self.addresses(made["Id"])}, {"CREATING"})
        wait = {"ResolverEndpointId": made["Id"], "Name": "later"}
        self.refused("InvalidRequestException", self.resolver.update_resolver_endpoint, **wait)
        shown = self.operational(made["Id"])
        self.assertEqual(shown["Protocols"], ["Do53", "DoH"])
        self.assertEqual((shown["ResolverEndpointType"], shown["IpAddressCount"]), ("IPV4", 2))
        tags = self.resolver.list_tags_for_resource(ResourceArn=shown["Arn"])["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "net"}])
        updated = self.resolver.update_resolver_endpoint(**wait)["ResolverEndpoint"]
        self.assertEqual((updated["Status"], updated["Name"]), ("UPDATING", "later"))

    def test_what_can_t_work_is_refused(self):
        one = {"SubnetId": self.first}
        stated = {"SubnetId": self.first, "Ip": "10.0.0.20"}
        elsewhere = self.vpc("10.9.0.0/16")
        (foreign,) = self.subnets(elsewhere, "10.9.0.0/24")
        for code, wrong in (
            ("InvalidRequestException", {"addresses": [one]}),
            ("InvalidRequestException", {"addresses": [one, {"SubnetId": foreign}]}),
            ("InvalidRequestException", {"addresses": [one, dict(one, Ip="10.0.7.7")]}),
            ("InvalidRequestException", {"addresses": [one, dict(one, Ip="10.0.0.1")]}),
            ("InvalidParameterException", {"addresses": [one, {"SubnetId": "subnet-0"}]}),
            ("ResourceExistsException", {"addresses": [stated, stated]}),
            ("LimitExceededException", {"addresses": [one] * 7}),
            ("ResourceNotFoundException", {"SecurityGroupIds": ["sg-0"]}),
            ("InvalidParameterException", {"SecurityGroupIds": [self.group(elsewhere)]}),
            ("InvalidParameterException", {"SecurityGroupIds": []}),
            ("InvalidParameterException", {"Protocols": ["DoH-FIPS"]}),
            ("InvalidParameterException", {"direction": "SIDEWAYS"}),
        ):
            with self.subTest(wrong):
                self.refused(code, self.create, **wrong)
        self.assertEqual(self.resolver.list_resolver_endpoints()["ResolverEndpoints"], [])
        self.create(CreatorRequestId="again")
        self.refused("ResourceExistsException", self.create, CreatorRequestId="again")
        for _ in range(3):
            self.create()
        self.refused("LimitExceededException", self.create)

    def test_addresses_come_and_go_one_at_a_time(self):
        key = self.ready(addresses=[{"SubnetId": self.first}, {"SubnetId": self.second}])["Id"]
        named = {"ResolverEndpointId": key}
        add, remove = (
            self.resolver.associate_resolver_endpoint_ip_address,
            self.resolver.disassociate_resolver_endpoint_ip_address,
        )
        first, second = self.addresses(key)
        refused = "InvalidRequestException"
        self.refused(refused, remove, **named, IpAddress={"IpId": first["IpId"]})
        new = {"SubnetId": self.third, "Ip": "10.0.2.10"}
        answer = add(**named, IpAddress=new)["ResolverEndpoint"]
        self.assertEqual((answer["Status"], answer["IpAddressCount"]), ("UPDATING", 3))
        self.assertIn("ATTACHING", {it["Status"] for it in self.addresses(key)})
        self.refused(refused, remove, **named, IpAddress={"IpId": first["IpId"]})
        self.operational(key)
        self.refused("ResourceExistsException", add, **named, IpAddress=new)
        self.refused(refused, remove, **named, IpAddress={"Ip": "10.0.2.10"})
        remove(**named, IpAddress={"IpId": first["IpId"]})
        self.assertIn("DETACHING", {it["Status"] for it in self.addresses(key)})
        self.operational(key)
        left = self.until(lambda: self.addresses(key), lambda it: len(it) == 2)
        self.assertEqual({it["SubnetId"] for it in left}, {self.second, self.third})

    def test_network_interfaces_live_as_long_as_the_endpoint(self):
        ec2 = self.client("ec2")

        def interfaces():
            return ec2.describe_network_interfaces()["NetworkInterfaces"]

        def count():
            return len(interfaces())

        key = self.ready()["Id"]
        states = [(it["RequesterManaged"], it["Status"]) for it in interfaces()]
        self.assertEqual(states, [(True, "in-use")] * 2)
        gone = self.resolver.delete_resolver_endpoint(ResolverEndpointId=key)["ResolverEndpoint"]
        self.assertEqual((gone["Status"], count()), ("DELETING", 2))
        self.gone(self.resolver.get_resolver_endpoint, ResolverEndpointId=key)
        self.until(count, lambda number: number == 0)

    def test_lists_are_filtered_and_paged(self):
        for name in ("a", "b"):
            self.create("INBOUND", Name=name)
        self.create("OUTBOUND", Name="c")
        ask = self.resolver.list_resolver_endpoints

        def names(answer):
            return [it["Name"] for it in answer["ResolverEndpoints"]]

        for name in ("Direction", "DIRECTION"):
            inbound = ask(Filters=[{"Name": name, "Values": ["INBOUND"]}])
            self.assertEqual(names(inbound), ["a", "b"])
        in_hub = [{"Name": "HostVPCId", "Values": [self.hub]}]
        self.assertEqual(names(ask(Filters=in_hub)), ["a", "b", "c"])
        wrong = [{"Name": "HostVpcId", "Values": [self.hub]}]
        self.refused("InvalidParameterException", ask, Filters=wrong)
        page = ask(MaxResults=2)
        self.assertEqual(names(page), ["a", "b"])
        rest = ask(MaxResults=2, NextToken=page["NextToken"])
        self.assertEqual((names(rest), "NextToken" in rest), (["c"], False))
        self.refused("InvalidNextTokenException", ask, NextToken="?")


class Rules(Resolver):
    def test_a_rule_has_defaults(self):
        rule = self.forward("Corp.Example.", Name="corp")
        self.assertEqual(rule["DomainName"], "corp.example.")
        self.assertEqual(rule["OwnerId"], self.account_id)
        target = {"Ip": "192.0.2.53", "Port": 53, "Protocol": "Do53"}
        self.assertEqual(rule["TargetIps"], [target])
        self.assertEqual((rule["Status"], rule["ShareStatus"]), ("COMPLETE", "NOT_SHARED"))

    def test_what_can_t_work_is_refused(self):
        inbound = self.ready("INBOUND")["Id"]
        self.forward()
        for code, wrong in (
            ("InvalidRequestException", {"TargetIps": []}),
            ("InvalidRequestException", {"endpoint": inbound}),
            ("ResourceNotFoundException", {"endpoint": "rslvr-out-0"}),
            ("InvalidRequestException", {"RuleType": "SYSTEM"}),
            ("InvalidParameterException", {"RuleType": "RECURSIVE"}),
            ("InvalidParameterException", {"TargetIps": [{"Ip": "ns.example"}]}),
            ("InvalidParameterException", {"TargetIps": [{"Ip": "192.0.2.1", "Port": 65536}]}),
            ("InvalidParameterException", {"domain": ""}),
        ):
            with self.subTest(wrong):
                keep = self.endpoint
                self.refused(code, self.forward, **wrong)
                self.endpoint = keep
        system = self.resolver.create_resolver_rule(
            CreatorRequestId="system", RuleType="SYSTEM", DomainName="aws.corp.example"
        )["ResolverRule"]
        self.assertNotIn("TargetIps", system)

    def test_a_rule_is_changed_in_place(self):
        rule = self.forward(Name="corp")["Id"]
        update = self.resolver.update_resolver_rule
        targets = [{"Ip": "192.0.2.54", "Port": 5353}]
        changed = update(ResolverRuleId=rule, Config={"TargetIps": targets})["ResolverRule"]
        self.assertEqual((changed["Status"], changed["Name"]), ("UPDATING", "corp"))
        self.refused("ResourceUnavailableException", update, ResolverRuleId=rule, Config={})
        now = self.until(lambda: self.rule(rule), lambda it: it["Status"] == "COMPLETE")
        self.assertEqual(now["TargetIps"], [dict(targets[0], Protocol="Do53")])
        self.assertEqual(now["ResolverEndpointId"], self.endpoint)

    def test_what_is_in_use_stays(self):
        rule = self.forward()["Id"]
        self.resolver.associate_resolver_rule(ResolverRuleId=rule, VPCId=self.hub)
        delete = self.resolver.delete_resolver_rule
        self.refused("ResourceInUseException", delete, ResolverRuleId=rule)
        endpoint = {"ResolverEndpointId": self.endpoint}
        self.refused("InvalidRequestException", self.resolver.delete_resolver_endpoint, **endpoint)
        self.resolver.disassociate_resolver_rule(ResolverRuleId=rule, VPCId=self.hub)
        self.until(lambda: self.associations(ResolverRuleId=rule), lambda it: not it)
        self.assertEqual(delete(ResolverRuleId=rule)["ResolverRule"]["Status"], "DELETING")
        self.gone(self.resolver.get_resolver_rule, ResolverRuleId=rule)
        self.resolver.delete_resolver_endpoint(**endpoint)

    def test_a_vpc_has_one_rule_for_a_domain(self):
        associate = self.resolver.associate_resolver_rule
        rule, other = self.forward()["Id"], self.forward("CORP.example.")["Id"]
        made = associate(ResolverRuleId=rule, VPCId=self.hub, Name="corp")
        self.assertEqual(made["ResolverRuleAssociation"]["Status"], "CREATING")
        for again in (rule, other):
            wrong = {"ResolverRuleId": again, "VPCId": self.hub}
            self.refused("InvalidRequestException", associate, **wrong)
        associate(ResolverRuleId=self.forward("a.corp.example")["Id"], VPCId=self.hub)
        nowhere = {"ResolverRuleId": other, "VPCId": "vpc-0"}
        self.refused("InvalidParameterException", associate, **nowhere)
        key = made["ResolverRuleAssociation"]["Id"]
        get = self.resolver.get_resolver_rule_association
        self.until(
            lambda: get(ResolverRuleAssociationId=key)["ResolverRuleAssociation"]["Status"],
            lambda status: status == "COMPLETE",
        )

    def test_queries_of_a_vpc_don_t_go_round_in_it(self):
        inbound = self.ready("INBOUND")["Id"]
        ip = self.addresses(inbound)[0]["Ip"]
        rule = self.forward("acme.internal", TargetIps=[{"Ip": ip}])["Id"]
        associate = self.resolver.associate_resolver_rule
        loop = {"ResolverRuleId": rule, "VPCId": self.hub}
        self.refused("InvalidRequestException", associate, **loop)
        associate(ResolverRuleId=rule, VPCId=self.vpc("10.1.0.0/16"))

    def test_a_target_says_which_of_several_protocols(self):
        both = self.ready(Protocols=["Do53", "DoH"])["Id"]
        self.refused("InvalidRequestException", self.forward, endpoint=both)
        target = {"Ip": "192.0.2.53", "Protocol": "DoH", "Port": 443}
        rule = self.forward(endpoint=both, TargetIps=[target])
        self.assertEqual(rule["TargetIps"], [target])
        only = self.ready()["Id"]
        wrong = {"endpoint": only, "TargetIps": [target]}
        self.refused("InvalidRequestException", self.forward, **wrong)

    def test_the_internet_resolver_is_everywhere(self):
        rules = self.resolver.list_resolver_rules()["ResolverRules"]
        self.assertEqual([rule["Id"] for rule in rules], [INTERNET])
        self.assertEqual(rules[0]["OwnerId"], "Route 53 Resolver")
        self.assertEqual((rules[0]["RuleType"], rules[0]["DomainName"]), ("RECURSIVE", "."))
        self.assertEqual(self.rule(INTERNET), rules[0])
        shown = self.associations(VPCId=self.hub)
        self.assertEqual([it["ResolverRuleId"] for it in shown], [INTERNET])
        delete = self.resolver.delete_resolver_rule
        self.refused("ResourceNotFoundException", delete, ResolverRuleId=INTERNET)

    def test_lists_are_filtered_and_paged(self):
        for domain in ("a.example", "b.example"):
            self.forward(domain, Name=domain[0])
        ask = self.resolver.list_resolver_rules
        for name, value, count in (
            ("Type", "FORWARD", 2),
            ("TYPE", "RECURSIVE", 1),
            ("DomainName", "a.example.", 1),
            ("RESOLVER_ENDPOINT_ID", self.endpoint, 2),
        ):
            found = ask(Filters=[{"Name": name, "Values": [value]}])["ResolverRules"]
            self.assertEqual(len(found), count, name)
        self.refused("InvalidParameterException", ask, Filters=[{"Name": "VPCId", "Values": ["x"]}])
        page = ask(MaxResults=2)
        rest = ask(MaxResults=2, NextToken=page["NextToken"])
        self.assertEqual((len(page["ResolverRules"]), len(rest["ResolverRules"])), (2, 1))

    def test_tags_of_rules_go_with_them(self):
        tag = {"Key": "team", "Value": "net"}
        rule = self.forward(Tags=[tag])
        named = {"ResourceArn": rule["Arn"]}
        self.resolver.tag_resource(**named, Tags=[{"Key": "env", "Value": "prod"}])
        self.resolver.untag_resource(**named, TagKeys=["team"])
        tags = self.resolver.list_tags_for_resource(**named)["Tags"]
        self.assertEqual(tags, [{"Key": "env", "Value": "prod"}])
        wrong = [{"Key": "aws:x", "Value": ""}]
        self.refused("InvalidTagException", self.resolver.tag_resource, **named, Tags=wrong)
        self.resolver.delete_resolver_rule(ResolverRuleId=rule["Id"])
        self.gone(self.resolver.list_tags_for_resource, **named)


class SharedRules(Resolver):
    def setUp(self):
        super().setUp()
        self.app, self.credentials = self.member()
        self.theirs = self.client("route53resolver", self.credentials)

    def seen(self):
        rules = self.theirs.list_resolver_rules()["ResolverRules"]
        return {rule["Id"]: (rule["OwnerId"], rule["ShareStatus"]) for rule in rules}

    def test_a_member_sees_and_associates_a_rule_but_doesn_t_change_it(self):
        rule = self.forward()
        named = {"ResolverRuleId": rule["Id"]}
        self.assertNotIn(rule["Id"], self.seen())
        self.refused("ResourceNotFoundException", self.theirs.get_resolver_rule, **named)
        self.share(rule["Arn"], self.app)
        self.assertEqual(self.seen()[rule["Id"]], (self.account_id, "SHARED_WITH_ME"))
        self.assertEqual(self.rule(rule["Id"])["ShareStatus"], "SHARED_BY_ME")
        self.refused("AccessDeniedException", self.theirs.update_resolver_rule, **named, Config={})
        self.refused("AccessDeniedException", self.theirs.delete_resolver_rule, **named)
        vpc = self.vpc("10.1.0.0/16", self.credentials)
        self.theirs.associate_resolver_rule(**named, VPCId=vpc)
        self.refused(
            "InvalidParameterException", self.resolver.associate_resolver_rule, **named, VPCId=vpc
        )
        self.assertEqual(len(self.associations(self.theirs, **named)), 1)
        self.assertEqual(self.associations(**named), [])
        self.refused("ResourceInUseException", self.resolver.delete_resolver_rule, **named)

    def test_a_rule_that_is_shared_no_longer_is_disassociated(self):
        rule = self.forward()
        named = {"ResolverRuleId": rule["Id"]}
        share = self.share(rule["Arn"], self.app)
        self.refused("ResourceInUseException", self.resolver.delete_resolver_rule, **named)
        vpc = self.vpc("10.1.0.0/16", self.credentials)
        self.theirs.associate_resolver_rule(**named, VPCId=vpc)
        self.unshare(share)
        self.until(self.seen, lambda rules: rule["Id"] not in rules)
        self.until(lambda: self.associations(self.theirs, **named), lambda it: not it)
        self.resolver.delete_resolver_rule(**named)

    def test_units_and_organizations_share_too(self):
        organizations = self.client("organizations")
        rule, other = self.forward(), self.forward("other.example")
        everybody = organizations.describe_organization()["Organization"]["Arn"]
        self.share(other["Arn"], everybody)
        self.assertIn(other["Id"], self.seen())
        root = organizations.list_roots()["Roots"][0]["Id"]
        unit = organizations.create_organizational_unit(ParentId=root, Name="apps")
        unit = unit["OrganizationalUnit"]
        below = organizations.create_organizational_unit(ParentId=unit["Id"], Name="prod")
        self.share(rule["Arn"], unit["Arn"])
        self.assertNotIn(rule["Id"], self.seen())
        organizations.move_account(
            AccountId=self.app,
            SourceParentId=root,
            DestinationParentId=below["OrganizationalUnit"]["Id"],
        )
        self.assertIn(rule["Id"], self.seen())


if __name__ == "__main__":
    unittest.main()
