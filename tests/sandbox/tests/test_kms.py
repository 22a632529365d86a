import json
import unittest

from harness import Case, allow, trust

SYDNEY, MELBOURNE, OREGON = "ap-southeast-2", "ap-southeast-4", "us-west-2"


def policy(*principals, action="kms:*", **more):
    """A key policy with one statement for each principal."""
    statements = [
        dict(Effect="Allow", Principal=principal, Action=action, Resource="*", **more)
        for principal in principals
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def root(account):
    return {"AWS": f"arn:aws:iam::{account}:root"}


class Keys(Case):
    def kms(self, region=SYDNEY, credentials=None):
        return self.client("kms", credentials, region)

    def setUp(self):
        super().setUp()
        self.account_id = self.client("sts").get_caller_identity()["Account"]

    def made(self, client=None, **more):
        return (client or self.kms()).create_key(**more)["KeyMetadata"]

    def state(self, client, key):
        return client.describe_key(KeyId=key)["KeyMetadata"]

    def replicated(self, region=OREGON, **more):
        """A multi-Region key's id and clients of both Regions, its replica ready."""
        here, there = self.kms(), self.kms(region)
        key = self.made(here, MultiRegion=True)["KeyId"]
        here.replicate_key(KeyId=key, ReplicaRegion=region, **more)
        self.until(lambda: self.state(there, key)["KeyState"], lambda state: state == "Enabled")
        return key, here, there


class Policies(Keys):
    def test_whoever_sets_a_policy_has_to_be_able_to_set_it_again(self):
        kms, key = self.kms(), self.made()["KeyId"]
        service = policy({"Service": "cloudtrail.amazonaws.com"})
        answer = self.refused(
            "MalformedPolicyDocumentException",
            kms.put_key_policy,
            KeyId=key,
            PolicyName="default",
            Policy=service,
        )
        self.assertIn("will not allow you to update the key policy", answer["Error"]["Message"])
        self.refused("MalformedPolicyDocumentException", kms.create_key, Policy=service)
        reading = policy(root(self.account_id), action=["kms:Describe*", "kms:PutKeyPolic"])
        self.refused("MalformedPolicyDocumentException", kms.create_key, Policy=reading)
        kms.put_key_policy(
            KeyId=key, PolicyName="default", Policy=service, BypassPolicyLockoutSafetyCheck=True
        )
        self.assertEqual(kms.get_key_policy(KeyId=key)["Policy"], service)

    def test_a_role_is_let_in_by_name_by_pattern_or_by_its_own_policies(self):
        iam = self.client("iam")
        arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust(self.account_id))[
            "Role"
        ]["Arn"]
        session = self.enter(self.account_id, "deployer")
        kms = self.kms(credentials=session)
        pattern = dict(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}})
        refused = "MalformedPolicyDocumentException"
        self.refused(refused, kms.create_key, Policy=policy(root(self.account_id)))
        self.assertTrue(kms.create_key(Policy=policy({"AWS": arn})))
        self.refused(refused, kms.create_key, Policy=policy(root(self.account_id), **pattern))
        iam.put_role_policy(
            RoleName="deployer", PolicyName="own", PolicyDocument=allow("kms:*", "*")
        )
        self.assertTrue(kms.create_key(Policy=policy(root(self.account_id), **pattern)))
        other = dict(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/other"}})
        self.refused(refused, kms.create_key, Policy=policy(root(self.account_id), **other))

    def test_principals_have_to_exist_and_leave_their_ids(self):
        kms, iam = self.kms(), self.client("iam")
        arn = f"arn:aws:iam::{self.account_id}:role/reader"
        wanted = policy(root(self.account_id), {"AWS": arn})
        answer = self.refused("MalformedPolicyDocumentException", kms.create_key, Policy=wanted)
        self.assertEqual(
            answer["Error"]["Message"],
            "Policy contains a statement with one or more invalid principals.",
        )
        role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust(self.account_id))[
            "Role"
        ]
        key = kms.create_key(Policy=wanted)["KeyMetadata"]["KeyId"]
        iam.delete_role(RoleName="reader")
        self.assertIn(role["RoleId"], kms.get_key_policy(KeyId=key)["Policy"])
        strangers = policy(root(self.account_id), {"AWS": "arn:aws:iam::999999999999:role/x"})
        self.assertTrue(kms.create_key(Policy=strangers))
        self.refused(
            "MalformedPolicyDocumentException",
            kms.create_key,
            Policy=policy(root(self.account_id), {"Service": "cloudtrail"}),
        )

    def test_a_policy_has_32_kilobytes(self):
        long = json.loads(policy(root(self.account_id)))
        long["Id"] = "x" * 32768
        self.refused("LimitExceededException", self.kms().create_key, Policy=json.dumps(long))
        self.refused("MalformedPolicyDocumentException", self.kms().create_key, Policy="{")


class Rotation(Keys):
    def test_a_period_is_kept(self):
        kms, key = self.kms(), self.made()["KeyId"]
        self.assertFalse(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"])
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
        self.assertEqual(kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"], 180)
        kms.enable_key_rotation(KeyId=key)
        self.assertEqual(kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"], 365)
        self.refused(
            "ValidationException", kms.enable_key_rotation, KeyId=key, RotationPeriodInDays=30
        )
        kms.disable_key(KeyId=key)
        self.refused("DisabledException", kms.enable_key_rotation, KeyId=key)

    def test_a_primarys_rotation_is_its_replicas(self):
        key, here, there = self.replicated()
        self.refused("UnsupportedOperationException", there.enable_key_rotation, KeyId=key)
        here.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
        self.assertEqual(there.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"], 90)


class MultiRegion(Keys):
    def test_replicas_share_key_material_and_nothing_else(self):
        tags = [{"TagKey": "a", "TagValue": "b"}]
        key, here, there = self.replicated(Description="copy", Tags=tags)
        self.assertRegex(key, "^mrk-[0-9a-f]{32}$")
        blob = here.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        self.assertEqual(there.decrypt(CiphertextBlob=blob)["Plaintext"], b"x")
        self.assertEqual(there.decrypt(CiphertextBlob=blob, KeyId=key)["Plaintext"], b"x")
        regions = self.state(there, key)["MultiRegionConfiguration"]
        self.assertEqual(regions["MultiRegionKeyType"], "REPLICA")
        self.assertEqual(regions["PrimaryKey"]["Region"], SYDNEY)
        self.assertEqual([one["Region"] for one in regions["ReplicaKeys"]], [OREGON])
        own = policy(root(self.account_id), {"Service": "logs.us-west-2.amazonaws.com"})
        there.put_key_policy(KeyId=key, PolicyName="default", Policy=own)
        self.assertNotEqual(here.get_key_policy(KeyId=key)["Policy"], own)
        self.assertEqual(here.list_resource_tags(KeyId=key)["Tags"], [])
        self.assertEqual(there.list_resource_tags(KeyId=key)["Tags"], tags)
        there.create_alias(AliasName="alias/x", TargetKeyId=key)
        self.assertNotIn("alias/x", [a["AliasName"] for a in here.list_aliases()["Aliases"]])
        self.assertEqual(self.state(here, key)["Description"], "")
        there.disable_key(KeyId=key)
        self.assertTrue(self.state(here, key)["Enabled"])

    def test_only_primaries_are_replicated_and_once_to_a_region(self):
        here, single = self.kms(), self.made()["KeyId"]
        unsupported = "UnsupportedOperationException"
        answer = self.refused(unsupported, here.replicate_key, KeyId=single, ReplicaRegion=OREGON)
        self.assertIn("is not a multi-Region primary key", answer["Error"]["Message"])
        key, here, there = self.replicated()
        self.refused(unsupported, there.replicate_key, KeyId=key, ReplicaRegion="eu-west-1")
        for region in (SYDNEY, OREGON):
            self.refused(
                "AlreadyExistsException", here.replicate_key, KeyId=key, ReplicaRegion=region
            )
        self.refused("ValidationException", here.replicate_key, KeyId=key, ReplicaRegion=MELBOURNE)

    def test_a_replica_takes_a_while(self):
        here, there = self.kms(), self.kms(OREGON)
        key = self.made(here, MultiRegion=True)["KeyId"]
        made = here.replicate_key(KeyId=key, ReplicaRegion=OREGON)["ReplicaKeyMetadata"]
        self.assertEqual(made["KeyState"], "Creating")
        self.refused("KMSInvalidStateException", there.encrypt, KeyId=key, Plaintext=b"x")
        self.until(lambda: self.state(there, key)["KeyState"], lambda state: state == "Enabled")

    def test_a_primary_goes_after_its_replicas(self):
        key, here, there = self.replicated()
        answer = here.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
        self.assertEqual(answer["KeyState"], "PendingReplicaDeletion")
        self.assertNotIn("DeletionDate", answer)
        self.assertEqual(self.state(here, key)["PendingDeletionWindowInDays"], 30)
        self.refused(
            "KMSInvalidStateException", here.replicate_key, KeyId=key, ReplicaRegion="eu-west-1"
        )
        self.assertEqual(there.schedule_key_deletion(KeyId=key)["KeyState"], "PendingDeletion")
        here.cancel_key_deletion(KeyId=key)
        self.assertEqual(self.state(here, key)["KeyState"], "Disabled")

    def test_another_region_becomes_the_primary(self):
        key, here, there = self.replicated()
        here.enable_key_rotation(KeyId=key, RotationPeriodInDays=100)
        self.refused(
            "UnsupportedOperationException",
            there.update_primary_region,
            KeyId=key,
            PrimaryRegion=SYDNEY,
        )
        here.update_primary_region(KeyId=key, PrimaryRegion=OREGON)
        self.until(lambda: self.state(there, key)["KeyState"], lambda state: state == "Enabled")
        kinds = [
            self.state(c, key)["MultiRegionConfiguration"]["MultiRegionKeyType"]
            for c in (here, there)
        ]
        self.assertEqual(kinds, ["REPLICA", "PRIMARY"])
        self.assertEqual(there.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"], 100)


class States(Keys):
    def test_what_is_pending_deletion_refuses_changes(self):
        kms, key = self.kms(), self.made()["KeyId"]
        self.refused("KMSInvalidStateException", kms.cancel_key_deletion, KeyId=key)
        self.refused(
            "ValidationException", kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=5
        )
        kms.enable_key_rotation(KeyId=key)
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        tags = [{"TagKey": "a", "TagValue": "b"}]
        for call, more in (
            (kms.enable_key, {}),
            (kms.disable_key, {}),
            (kms.enable_key_rotation, {}),
            (kms.tag_resource, {"Tags": tags}),
            (kms.update_key_description, {"Description": "x"}),
            (kms.encrypt, {"Plaintext": b"x"}),
            (kms.schedule_key_deletion, {}),
        ):
            answer = self.refused("KMSInvalidStateException", call, KeyId=key, **more)
            self.assertIn("is pending deletion.", answer["Error"]["Message"])
        self.refused(
            "KMSInvalidStateException", kms.create_alias, AliasName="alias/x", TargetKeyId=key
        )
        self.assertFalse(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"])
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(root(self.account_id)))
        kms.cancel_key_deletion(KeyId=key)
        self.refused("DisabledException", kms.encrypt, KeyId=key, Plaintext=b"x")
        kms.enable_key(KeyId=key)
        self.assertTrue(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"])
        self.assertTrue(kms.encrypt(KeyId=key, Plaintext=b"x"))

    def test_a_disabled_key_decrypts_nothing(self):
        kms, key, other = self.kms(), self.made()["KeyId"], self.made()["KeyId"]
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        self.refused("IncorrectKeyException", kms.decrypt, CiphertextBlob=blob, KeyId=other)
        kms.disable_key(KeyId=key)
        self.refused("DisabledException", kms.decrypt, CiphertextBlob=blob)


class Aliases(Keys):
    def test_names_and_targets(self):
        kms, one, two = self.kms(), self.made()["KeyId"], self.made()["KeyId"]
        self.refused(
            "NotAuthorizedException", kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=one
        )
        kms.create_alias(AliasName="alias/acme/x", TargetKeyId=one)
        self.refused(
            "AlreadyExistsException", kms.create_alias, AliasName="alias/acme/x", TargetKeyId=two
        )
        self.refused(
            "NotFoundException", kms.update_alias, AliasName="alias/acme/y", TargetKeyId=two
        )
        kms.update_alias(AliasName="alias/acme/x", TargetKeyId=two)
        self.assertEqual(self.state(kms, "alias/acme/x")["KeyId"], two)
        kms.schedule_key_deletion(KeyId=one)
        self.refused(
            "KMSInvalidStateException", kms.update_alias, AliasName="alias/acme/x", TargetKeyId=one
        )
        elsewhere = self.kms(OREGON)
        other = self.made(elsewhere)["KeyId"]
        elsewhere.create_alias(AliasName="alias/acme/x", TargetKeyId=other)

    def test_an_alias_stays_with_its_type_of_key(self):
        kms, key = self.kms(), self.made()["KeyId"]
        kms.create_alias(AliasName="alias/x", TargetKeyId=key)
        signing = self.made(kms, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyId"]
        self.refused(
            "ValidationException", kms.update_alias, AliasName="alias/x", TargetKeyId=signing
        )

    def test_lists_have_pages(self):
        kms = self.kms()
        keys = {self.made()["KeyId"] for _ in range(3)}
        for number, key in enumerate(sorted(keys)):
            kms.create_alias(AliasName=f"alias/{number}", TargetKeyId=key)
        first = kms.list_keys(Limit=2)
        self.assertTrue(first["Truncated"])
        rest = kms.list_keys(Limit=2, Marker=first["NextMarker"])
        self.assertEqual({key["KeyId"] for key in first["Keys"] + rest["Keys"]}, keys)
        self.refused("ValidationException", kms.list_aliases, Limit=101)
        self.assertTrue(kms.list_aliases(Limit=1)["Truncated"])


if __name__ == "__main__":
    unittest.main()
