"""Route 53 Resolver's query logging, as AWS documents it."""

import unittest

from networks import Networks

BUCKET = "arn:aws:s3:::archive/dns"


class QueryLogs(Networks):
    def setUp(self):
        super().setUp()
        self.resolver = self.client("route53resolver")
        self.client("s3").create_bucket(Bucket="archive")
        self.hub = self.vpc()

    def create(self, name="dns", destination=BUCKET, **more):
        settings = {"Name": name, "DestinationArn": destination, "CreatorRequestId": name, **more}
        return self.resolver.create_resolver_query_log_config(**settings)["ResolverQueryLogConfig"]

    def associate(self, config, vpc=None, client=None):
        answer = (client or self.resolver).associate_resolver_query_log_config(
            ResolverQueryLogConfigId=config, ResourceId=vpc or self.hub
        )
        return answer["ResolverQueryLogConfigAssociation"]

    def association(self, key):
        answer = self.resolver.get_resolver_query_log_config_association(
            ResolverQueryLogConfigAssociationId=key
        )
        return answer["ResolverQueryLogConfigAssociation"]

    def settled(self, key):
        return self.until(lambda: self.association(key), lambda it: it["Status"] != "CREATING")

    def associations(self, client=None, **more):
        ask = (client or self.resolver).list_resolver_query_log_config_associations
        return ask(**more)["ResolverQueryLogConfigAssociations"]

    def test_a_configuration_takes_a_while(self):
        made = self.create(Tags=[{"Key": "team", "Value": "net"}])
        self.assertEqual((made["Status"], made["ShareStatus"]), ("CREATING", "NOT_SHARED"))
        named = {"ResolverQueryLogConfigId": made["Id"]}
        get = self.resolver.get_resolver_query_log_config
        self.until(
            lambda: get(**named)["ResolverQueryLogConfig"]["Status"], lambda it: it == "CREATED"
        )
        tags = self.resolver.list_tags_for_resource(ResourceArn=made["Arn"])["Tags"]
        self.assertEqual(tags, [{"Key": "team", "Value": "net"}])
        self.refused("ResourceExistsException", self.create)
        wrong = {"name": "other", "destination": "arn:aws:sns:us-east-1:123456789012:topic"}
        self.refused("InvalidParameterException", self.create, **wrong)
        gone = self.resolver.delete_resolver_query_log_config(**named)
        self.assertEqual(gone["ResolverQueryLogConfig"]["Status"], "DELETING")
        self.until(lambda: not self.tries(lambda: get(**named)))

    def test_an_association_needs_the_destination(self):
        config = self.create()["Id"]
        one = self.associate(config)
        self.assertEqual(one["Status"], "CREATING")
        self.assertEqual(self.settled(one["Id"])["Status"], "ACTIVE")
        self.refused("ResourceExistsException", self.associate, config)
        self.refused("InvalidParameterException", self.associate, config, "vpc-0")
        self.refused("ResourceNotFoundException", self.associate, "rslvr-qlc-0")
        group = "arn:aws:logs:us-east-1:123456789012:log-group:dns:*"
        other = self.associate(self.create("group", group)["Id"])["Id"]
        shown = self.settled(other)
        self.assertEqual(shown["Status"], "ACTION_NEEDED")
        self.assertEqual(shown["Error"], "DESTINATION_NOT_FOUND")
        self.client("logs").create_log_group(logGroupName="dns")
        shown = self.association(other)
        self.assertEqual((shown["Status"], shown["Error"]), ("ACTIVE", "NONE"))

    def test_what_is_associated_stays(self):
        config = self.create()["Id"]
        self.associate(config)
        named = {"ResolverQueryLogConfigId": config}
        delete = self.resolver.delete_resolver_query_log_config
        self.refused("InvalidRequestException", delete, **named)
        counted = self.resolver.get_resolver_query_log_config(**named)["ResolverQueryLogConfig"]
        self.assertEqual(counted["AssociationCount"], 1)
        leave = self.resolver.disassociate_resolver_query_log_config
        gone = leave(**named, ResourceId=self.hub)["ResolverQueryLogConfigAssociation"]
        self.assertEqual(gone["Status"], "DELETING")
        self.until(lambda: not self.associations())
        self.refused("ResourceNotFoundException", leave, **named, ResourceId=self.hub)
        delete(**named)

    def test_lists_are_filtered_sorted_and_paged(self):
        group = "arn:aws:logs:us-east-1:123456789012:log-group:dns"
        for name, destination in (("a", BUCKET), ("b", group), ("c", BUCKET)):
            self.create(name, destination)
        ask = self.resolver.list_resolver_query_log_configs

        def names(answer):
            return [it["Name"] for it in answer["ResolverQueryLogConfigs"]]

        in_s3 = ask(Filters=[{"Name": "Destination", "Values": ["S3"]}])
        self.assertEqual((names(in_s3), in_s3["TotalCount"]), (["a", "c"], 3))
        self.assertEqual(in_s3["TotalFilteredCount"], 2)
        self.assertNotIn("Destination", in_s3["ResolverQueryLogConfigs"][0])
        backwards = ask(SortBy="Name", SortOrder="DESCENDING", MaxResults=2)
        self.assertEqual(names(backwards), ["c", "b"])
        rest = ask(SortBy="Name", SortOrder="DESCENDING", NextToken=backwards["NextToken"])
        self.assertEqual(names(rest), ["a"])
        self.refused("InvalidParameterException", ask, SortBy="Colour")

    def test_a_member_uses_a_configuration_that_is_shared(self):
        app, credentials = self.member()
        theirs = self.client("route53resolver", credentials)
        config = self.create()
        named = {"ResolverQueryLogConfigId": config["Id"]}
        self.refused("ResourceNotFoundException", theirs.get_resolver_query_log_config, **named)
        share = self.share(config["Arn"], app)
        seen = theirs.list_resolver_query_log_configs()["ResolverQueryLogConfigs"][0]
        self.assertEqual(
            (seen["OwnerId"], seen["ShareStatus"]), (self.account_id, "SHARED_WITH_ME")
        )
        self.refused("AccessDeniedException", theirs.delete_resolver_query_log_config, **named)
        vpc = self.vpc("10.1.0.0/16", credentials)
        self.associate(config["Id"], vpc, theirs)
        self.assertEqual(len(self.associations(theirs)), 1)
        delete = self.resolver.delete_resolver_query_log_config
        self.refused("InvalidRequestException", delete, **named)
        self.unshare(share)
        self.until(lambda: not self.associations(theirs))
        self.until(lambda: self.tries(lambda: delete(**named)))


if __name__ == "__main__":
    unittest.main()
