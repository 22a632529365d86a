"""Route 53 Resolver DNS Firewall, as AWS documents it."""

import unittest

from networks import Networks


class Firewall(Networks):
    def setUp(self):
        super().setUp()
        self.resolver = self.client("route53resolver")
        self.hub = self.vpc()

    def domain_list(self, name="bad", *domains, **more):
        settings = {"CreatorRequestId": name, "Name": name, **more}
        made = self.resolver.create_firewall_domain_list(**settings)["FirewallDomainList"]
        if domains:
            self.domains(made["Id"], "ADD", *domains)
        return made

    def domains(self, key, operation, *domains):
        answer = self.resolver.update_firewall_domains(
            FirewallDomainListId=key, Operation=operation, Domains=list(domains)
        )
        self.assertEqual(answer["Status"], "UPDATING")
        self.until(lambda: self.shown(key)["Status"] == "COMPLETE")
        return self.resolver.list_firewall_domains(FirewallDomainListId=key)["Domains"]

    def shown(self, key):
        answer = self.resolver.get_firewall_domain_list(FirewallDomainListId=key)
        return answer["FirewallDomainList"]

    def group(self, name="guard", **more):
        settings = {"CreatorRequestId": name, "Name": name, **more}
        return self.resolver.create_firewall_rule_group(**settings)["FirewallRuleGroup"]

    def rule(self, group, listed, priority=100, action="ALERT", **more):
        settings = {
            "CreatorRequestId": f"rule-{priority}",
            "FirewallRuleGroupId": group,
            "FirewallDomainListId": listed,
            "Priority": priority,
            "Action": action,
            "Name": f"rule-{priority}",
            **more,
        }
        return self.resolver.create_firewall_rule(**settings)["FirewallRule"]

    def associate(self, group, vpc=None, priority=200, client=None, **more):
        settings = {
            "CreatorRequestId": f"{group} {vpc} {priority}",
            "FirewallRuleGroupId": group,
            "VpcId": vpc or self.hub,
            "Priority": priority,
            "Name": "guard",
            **more,
        }
        answer = (client or self.resolver).associate_firewall_rule_group(**settings)
        return answer["FirewallRuleGroupAssociation"]

    def associations(self, client=None, **more):
        ask = (client or self.resolver).list_firewall_rule_group_associations
        return ask(**more)["FirewallRuleGroupAssociations"]

    def complete(self, key):
        get = self.resolver.get_firewall_rule_group_association
        return self.until(
            lambda: get(FirewallRuleGroupAssociationId=key)["FirewallRuleGroupAssociation"],
            lambda it: it["Status"] == "COMPLETE",
        )


class DomainLists(Firewall):
    def test_domains_are_added_removed_and_replaced(self):
        key = self.domain_list(Tags=[{"Key": "team", "Value": "net"}])["Id"]
        self.assertEqual(self.domain_list()["Id"], key)
        both = self.domains(key, "ADD", "Evil.example", "*.bad.example.")
        self.assertEqual(both, ["*.bad.example.", "evil.example."])
        self.assertEqual(self.domains(key, "REMOVE", "evil.example"), ["*.bad.example."])
        self.assertEqual(self.domains(key, "REPLACE", "a.example"), ["a.example."])
        self.assertEqual(self.shown(key)["DomainCount"], 1)
        update = self.resolver.update_firewall_domains
        named = {"FirewallDomainListId": key}
        for wrong in (
            {"Operation": "REMOVE", "Domains": ["b.example"]},
            {"Operation": "ADD", "Domains": ["b b.example"]},
            {"Operation": "ADD", "Domains": ["b.example"] * 1001},
            {"Operation": "SET", "Domains": ["b.example"]},
        ):
            self.refused("ValidationException", update, **named, **wrong)
        tags = self.resolver.list_tags_for_resource(ResourceArn=self.shown(key)["Arn"])["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "net"}])

    def test_aws_has_lists_of_its_own(self):
        key = self.domain_list()["Id"]
        ask = self.resolver.list_firewall_domain_lists
        lists = {it["Name"]: it for it in ask()["FirewallDomainLists"]}
        self.assertEqual(lists["bad"]["Id"], key)
        self.assertNotIn("ManagedOwnerName", lists["bad"])
        managed = lists["AWSManagedDomainsMalwareDomainList"]
        self.assertEqual(managed["ManagedOwnerName"], "Route 53 Resolver DNS Firewall")
        self.assertEqual(len(lists), 5)
        named = {"FirewallDomainListId": managed["Id"]}
        for call in (
            self.resolver.list_firewall_domains,
            self.resolver.delete_firewall_domain_list,
        ):
            self.refused("AccessDeniedException", call, **named)
        self.assertEqual(self.shown(managed["Id"])["Status"], "COMPLETE")
        page = ask(MaxResults=4)
        rest = ask(NextToken=page["NextToken"])["FirewallDomainLists"]
        self.assertEqual([it["Name"] for it in rest], ["bad"])

    def test_a_list_in_use_stays(self):
        key, group = self.domain_list()["Id"], self.group()["Id"]
        self.rule(group, key)
        named = {"FirewallDomainListId": key}
        delete = self.resolver.delete_firewall_domain_list
        self.refused("ConflictException", delete, **named)
        self.resolver.delete_firewall_rule(FirewallRuleGroupId=group, **named)
        self.assertEqual(delete(**named)["FirewallDomainList"]["Status"], "DELETING")
        self.until(lambda: not self.tries(self.shown, key))


class Rules(Firewall):
    def setUp(self):
        super().setUp()
        self.key, self.guard = self.domain_list("bad")["Id"], self.group()["Id"]

    def listed(self, **more):
        answer = self.resolver.list_firewall_rules(FirewallRuleGroupId=self.guard, **more)
        return answer["FirewallRules"]

    def test_rules_are_listed_by_priority(self):
        override = {
            "BlockResponse": "OVERRIDE",
            "BlockOverrideDomain": "sink.example",
            "BlockOverrideDnsType": "CNAME",
            "BlockOverrideTtl": 60,
        }
        self.rule(self.guard, self.key, 300, "BLOCK", **override)
        other = self.domain_list("good")["Id"]
        self.rule(self.guard, other, 100, "ALLOW")
        self.rule(self.guard, self.key, 200, "BLOCK", BlockResponse="NXDOMAIN", Qtype="TXT")
        managed = self.resolver.list_firewall_domain_lists()["FirewallDomainLists"][0]["Id"]
        self.rule(self.guard, managed, 400)
        self.assertEqual([it["Priority"] for it in self.listed()], [100, 200, 300, 400])
        self.assertEqual(self.listed()[2]["BlockOverrideDomain"], "sink.example")
        redirection = self.listed()[0]["FirewallDomainRedirectionAction"]
        self.assertEqual(redirection, "INSPECT_REDIRECTION_DOMAIN")
        self.assertEqual([it["Priority"] for it in self.listed(Action="BLOCK")], [200, 300])
        page = self.resolver.list_firewall_rules(FirewallRuleGroupId=self.guard, MaxResults=3)
        self.assertEqual(len(self.listed(NextToken=page["NextToken"])), 1)
        count = self.resolver.get_firewall_rule_group(FirewallRuleGroupId=self.guard)
        self.assertEqual(count["FirewallRuleGroup"]["RuleCount"], 4)

    def test_what_can_t_work_is_refused(self):
        self.rule(self.guard, self.key)
        other = self.domain_list("good")["Id"]
        for code, wrong in (
            ("ValidationException", {"listed": self.key}),
            ("ValidationException", {"priority": 100, "CreatorRequestId": "new"}),
            ("ValidationException", {"action": "BLOCK"}),
            ("ValidationException", {"action": "ALLOW", "BlockResponse": "NODATA"}),
            ("ValidationException", {"action": "BLOCK", "BlockResponse": "OVERRIDE"}),
            ("ValidationException", {"action": "BLOCK", "BlockResponse": "NO"}),
            ("ValidationException", {"action": "DROP"}),
            ("ResourceNotFoundException", {"listed": "rslvr-fdl-0"}),
            ("ResourceNotFoundException", {"group": "rslvr-frg-0"}),
        ):
            with self.subTest(wrong):
                settings = {"group": self.guard, "listed": other, "priority": 150, **wrong}
                self.refused(code, self.rule, **settings)

    def test_a_rule_is_changed_in_place(self):
        self.rule(self.guard, self.key, 100, "BLOCK", BlockResponse="NODATA")
        named = {"FirewallRuleGroupId": self.guard, "FirewallDomainListId": self.key}
        update = self.resolver.update_firewall_rule
        changed = update(**named, Priority=110, Action="ALERT")["FirewallRule"]
        self.assertEqual((changed["Priority"], changed["Name"]), (110, "rule-100"))
        self.assertNotIn("BlockResponse", changed)
        self.refused("ValidationException", update, **named, Action="BLOCK")
        self.refused("ResourceNotFoundException", update, **named, Qtype="A", Priority=1)
        self.rule(self.guard, self.domain_list("good")["Id"], 120)
        self.refused("ValidationException", update, **named, Priority=120)
        delete = self.resolver.delete_firewall_rule
        delete(**named)
        self.refused("ResourceNotFoundException", delete, **named)

    def test_a_threat_is_looked_out_for(self):
        made = self.resolver.create_firewall_rule(
            CreatorRequestId="dga",
            FirewallRuleGroupId=self.guard,
            DnsThreatProtection="DGA",
            ConfidenceThreshold="HIGH",
            Priority=10,
            Action="ALERT",
            Name="dga",
        )["FirewallRule"]
        self.assertNotIn("FirewallDomainListId", made)
        named = {"FirewallThreatProtectionId": made["FirewallThreatProtectionId"]}
        self.resolver.delete_firewall_rule(FirewallRuleGroupId=self.guard, **named)
        self.assertEqual(self.listed(), [])


class Associations(Firewall):
    def test_an_association_takes_a_while(self):
        group = self.group()["Id"]
        one = self.associate(group)
        self.assertEqual((one["Status"], one["MutationProtection"]), ("UPDATING", "DISABLED"))
        update = self.resolver.update_firewall_rule_group_association
        named = {"FirewallRuleGroupAssociationId": one["Id"]}
        self.refused("ConflictException", update, **named, Priority=300)
        self.complete(one["Id"])
        update(**named, Priority=300, MutationProtection="ENABLED", Name="kept")
        shown = self.complete(one["Id"])
        self.assertEqual((shown["Priority"], shown["Name"]), (300, "kept"))
        delete = self.resolver.disassociate_firewall_rule_group
        self.refused("ValidationException", delete, **named)
        self.refused("ValidationException", update, **named, Priority=400)
        update(**named, MutationProtection="DISABLED")
        self.complete(one["Id"])
        gone = delete(**named)["FirewallRuleGroupAssociation"]
        self.assertEqual(gone["Status"], "DELETING")
        self.until(lambda: not self.associations())

    def test_what_can_t_work_is_refused(self):
        group, other = self.group()["Id"], self.group("other")["Id"]
        self.associate(group)
        for code, wrong in (
            ("ValidationException", {"group": group, "priority": 300}),
            ("ValidationException", {"group": other, "priority": 200}),
            ("ValidationException", {"group": other, "priority": 100}),
            ("ValidationException", {"group": other, "priority": 9900}),
            ("ResourceNotFoundException", {"group": other, "vpc": "vpc-0"}),
            ("ResourceNotFoundException", {"group": "rslvr-frg-0"}),
        ):
            with self.subTest(wrong):
                self.refused(code, self.associate, **wrong)
        self.assertEqual(self.associate(group)["Id"], self.associations()[0]["Id"])
        self.associate(other, priority=101)
        self.assertEqual(len(self.associations(VpcId=self.hub)), 2)
        self.assertEqual(len(self.associations(FirewallRuleGroupId=other)), 1)

    def test_a_group_in_use_stays(self):
        group, key = self.group()["Id"], self.domain_list()["Id"]
        self.rule(group, key)
        one = self.associate(group)["Id"]
        self.complete(one)
        named = {"FirewallRuleGroupId": group}
        delete = self.resolver.delete_firewall_rule_group
        self.refused("ConflictException", delete, **named)
        self.resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=one)
        self.until(lambda: not self.associations())
        self.refused("ValidationException", delete, **named)
        self.resolver.delete_firewall_rule(**named, FirewallDomainListId=key)
        self.assertEqual(delete(**named)["FirewallRuleGroup"]["Status"], "DELETING")
        get = self.resolver.get_firewall_rule_group
        self.until(lambda: not self.tries(lambda: get(**named)))

    def test_a_member_uses_a_group_that_is_shared(self):
        app, credentials = self.member()
        theirs = self.client("route53resolver", credentials)
        group = self.group()
        self.assertEqual(theirs.list_firewall_rule_groups()["FirewallRuleGroups"], [])
        share = self.share(group["Arn"], app)
        seen = theirs.list_firewall_rule_groups()["FirewallRuleGroups"][0]
        self.assertEqual(
            (seen["OwnerId"], seen["ShareStatus"]), (self.account_id, "SHARED_WITH_ME")
        )
        mine = self.resolver.list_firewall_rule_groups()["FirewallRuleGroups"][0]
        self.assertEqual(mine["ShareStatus"], "SHARED_BY_ME")
        named = {"FirewallRuleGroupId": group["Id"]}
        self.assertEqual(theirs.list_firewall_rules(**named)["FirewallRules"], [])
        self.refused("AccessDeniedException", theirs.delete_firewall_rule_group, **named)
        vpc = self.vpc("10.1.0.0/16", credentials)
        self.associate(group["Id"], vpc, client=theirs)
        self.assertEqual((len(self.associations(theirs)), self.associations()), (1, []))
        self.refused("ConflictException", self.resolver.delete_firewall_rule_group, **named)
        self.unshare(share)
        self.until(lambda: not self.associations(theirs))

    def test_every_vpc_has_a_failure_mode(self):
        get, update = self.resolver.get_firewall_config, self.resolver.update_firewall_config
        named = {"ResourceId": self.hub}
        self.assertEqual(get(**named)["FirewallConfig"]["FirewallFailOpen"], "DISABLED")
        update(**named, FirewallFailOpen="ENABLED")
        configs = self.resolver.list_firewall_configs()["FirewallConfigs"]
        shown = {it["ResourceId"]: it["FirewallFailOpen"] for it in configs}
        self.assertEqual(shown[self.hub], "ENABLED")
        self.refused("ResourceNotFoundException", get, ResourceId="vpc-0")
        self.refused("ValidationException", update, **named, FirewallFailOpen="MAYBE")


if __name__ == "__main__":
    unittest.main()
