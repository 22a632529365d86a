import json
import unittest

from harness import Case, Server, allow, trust


class TrustPolicies(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")

    def role(self, name="a", document=None, **more):
        document = document or trust("123456789012")
        return self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **more)[
            "Role"
        ]

    def document(self, name="a"):
        return self.iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]

    def principal(self, name="a"):
        return self.document(name)["Statement"][0]["Principal"]["AWS"]

    def test_malformed(self):
        good = json.loads(trust("123456789012"))["Statement"][0]

        def text(**more):
            statement = {k: v for k, v in dict(good, **more).items() if v is not None}
            return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

        bad = ["{", "[]", "{}", text(Principal=None), text(Resource="*"), text(Action="s3:GetObject"),
               text(Effect="Maybe"), text(Principal={"Service": "nonsense"}), text(Principal={"AWS": "me"}),
               text(Condition={"NoSuchOperator": {"a": "b"}})]  # fmt: skip
        for document in bad:
            with self.subTest(document):
                self.refused("MalformedPolicyDocument", self.role, "bad", document)
        self.role()
        update = self.iam.update_assume_role_policy
        for document in bad:
            self.refused("MalformedPolicyDocument", update, RoleName="a", PolicyDocument=document)

    def test_good_ones(self):
        statement = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}
        federated = "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
        for n, more in enumerate(
            [
                {
                    "Principal": {"Federated": federated},
                    "Condition": {"StringLike": {"gitlab.com:sub": "x"}},
                },
                {
                    "Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
                    "Action": "sts:AssumeRole",
                },
                {
                    "Principal": "*",
                    "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}},
                },
            ]
        ):
            document = json.dumps({"Version": "2012-10-17", "Statement": dict(statement, **more)})
            self.role(f"good-{n}", document)
            self.assertEqual(self.document(f"good-{n}"), json.loads(document))

    def test_principals_exist(self):
        self.organization()
        arn = "arn:aws:iam::123456789012:role/none"
        answer = self.refused("MalformedPolicyDocument", self.role, "bad", trust(arn))
        self.assertEqual(answer["Error"]["Message"], f'Invalid principal in policy: "AWS":"{arn}"')
        user = "arn:aws:iam::123456789012:user/none"
        self.refused("MalformedPolicyDocument", self.role, "bad", trust(user))
        self.refused("MalformedPolicyDocument", self.role, "bad", trust("AROAXXXXXXXXXXXXXXXXX"))
        self.role("stranger", trust("arn:aws:iam::999999999999:role/their-own"))

    def test_accounts_and_ids_become_arns(self):
        self.role()
        self.assertEqual(self.principal(), "arn:aws:iam::123456789012:root")
        made = self.role("b")
        self.role("c", trust([made["RoleId"]]))
        self.assertEqual(self.principal("c"), [made["Arn"]])

    def test_deleted_principals_become_ids(self):
        role, user = self.role("gone"), self.iam.create_user(UserName="gone")["User"]
        self.role("a", trust(role["Arn"]))
        self.role("b", trust(["123456789012", user["Arn"], role["Arn"]]))
        self.iam.delete_role(RoleName="gone")
        self.iam.delete_user(UserName="gone")
        self.assertEqual(self.principal("a"), role["RoleId"])
        root = "arn:aws:iam::123456789012:root"
        self.assertEqual(self.principal("b"), [root, user["UserId"], role["RoleId"]])
        self.role("gone")
        self.assertEqual(self.principal("a"), role["RoleId"])
        update = self.iam.update_assume_role_policy
        text = json.dumps(self.document("a"))
        self.refused("MalformedPolicyDocument", update, RoleName="a", PolicyDocument=text)
        update(RoleName="a", PolicyDocument=trust(role["Arn"]))
        self.assertEqual(self.principal("a"), role["Arn"])

    def test_in_another_account(self):
        self.organization()
        account = self.account("dev")
        role = self.role("caller")
        member = self.client("iam", self.enter(account))
        member.create_role(RoleName="a", AssumeRolePolicyDocument=trust(role["Arn"]))
        self.iam.delete_role(RoleName="caller")
        document = member.get_role(RoleName="a")["Role"]["AssumeRolePolicyDocument"]
        self.assertEqual(document["Statement"][0]["Principal"]["AWS"], role["RoleId"])

    def test_size(self):
        document = json.loads(trust("123456789012"))
        document["Statement"][0]["Sid"] = ""
        least = len(json.dumps(document, separators=(",", ":")))
        document["Statement"][0]["Sid"] = "a" * (2048 - least)
        self.role("fits", json.dumps(document, indent=4))
        document["Statement"][0]["Sid"] += "a"
        self.refused("LimitExceeded", self.role, "large", json.dumps(document))
        update = self.iam.update_assume_role_policy
        self.refused("LimitExceeded", update, RoleName="fits", PolicyDocument=json.dumps(document))

    def test_new_principals_may_come_late(self):
        server = self.server = Server(LANDFALL_SANDBOX_PRINCIPAL_SECONDS="0.3")
        server.control("POST", "clock", {"stopped": True})
        iam = server.client("iam")
        arn = iam.create_role(RoleName="new", AssumeRolePolicyDocument=trust("123456789012"))[
            "Role"
        ]["Arn"]
        make = dict(RoleName="a", AssumeRolePolicyDocument=trust(arn))
        self.refused("MalformedPolicyDocument", iam.create_role, **make)
        self.until(lambda: self.tries(lambda: iam.create_role(**make)))
        server.stop()


class Roles(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")
        self.role = self.iam.create_role(
            RoleName="a", AssumeRolePolicyDocument=trust("123456789012")
        )["Role"]

    def policy(self, name="p", **more):
        make = self.iam.create_policy
        return make(PolicyName=name, PolicyDocument=allow("s3:*", "*"), **more)["Policy"]["Arn"]

    def test_names(self):
        for name, code in [
            ("A", "EntityAlreadyExists"),
            ("x" * 65, "ValidationError"),
            ("a b", "ValidationError"),
        ]:
            make = dict(RoleName=name, AssumeRolePolicyDocument=trust("123456789012"))
            self.refused(code, self.iam.create_role, **make)

    def test_deleting(self):
        policy = self.policy()
        self.iam.attach_role_policy(RoleName="a", PolicyArn=policy)
        self.refused("DeleteConflict", self.iam.delete_role, RoleName="a")
        self.iam.detach_role_policy(RoleName="a", PolicyArn=policy)
        self.iam.put_role_policy(RoleName="a", PolicyName="i", PolicyDocument=allow("s3:*", "*"))
        self.refused("DeleteConflict", self.iam.delete_role, RoleName="a")
        self.iam.delete_role_policy(RoleName="a", PolicyName="i")
        self.iam.delete_role(RoleName="a")
        self.refused("NoSuchEntity", self.iam.get_role, RoleName="a")

    def test_update_keeps_the_rest(self):
        self.iam.update_role(RoleName="a", Description="d", MaxSessionDuration=7200)
        self.iam.update_role(RoleName="a", MaxSessionDuration=3600)
        role = self.iam.get_role(RoleName="a")["Role"]
        self.assertEqual((role["Description"], role["MaxSessionDuration"]), ("d", 3600))
        self.iam.update_role(RoleName="a", Description="e")
        role = self.iam.get_role(RoleName="a")["Role"]
        self.assertEqual((role["Description"], role["MaxSessionDuration"]), ("e", 3600))

    def test_tags(self):
        tags = [{"Key": "b", "Value": "1"}, {"Key": "c", "Value": "2"}]
        self.iam.tag_role(RoleName="a", Tags=tags)
        self.assertEqual(self.iam.get_role(RoleName="a")["Role"]["Tags"], tags)
        self.assertEqual(self.iam.list_role_tags(RoleName="a")["Tags"], tags)
        self.iam.untag_role(RoleName="a", TagKeys=["b"])
        self.assertEqual(self.iam.list_role_tags(RoleName="a")["Tags"], tags[1:])

    def test_boundary(self):
        none = "arn:aws:iam::123456789012:policy/none"
        put = self.iam.put_role_permissions_boundary
        self.refused("NoSuchEntity", put, RoleName="a", PermissionsBoundary=none)
        make = dict(
            RoleName="b", AssumeRolePolicyDocument=trust("123456789012"), PermissionsBoundary=none
        )
        self.refused("NoSuchEntity", self.iam.create_role, **make)
        policy = self.policy()
        put(RoleName="a", PermissionsBoundary=policy)
        self.refused("DeleteConflict", self.iam.delete_policy, PolicyArn=policy)
        self.iam.delete_role_permissions_boundary(RoleName="a")
        self.iam.delete_policy(PolicyArn=policy)

    def test_attaching_twice_is_once(self):
        policy = self.policy()
        for _ in range(2):
            self.iam.attach_role_policy(RoleName="a", PolicyArn=policy)
        self.assertEqual(self.iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"], 1)
        for n in range(9):
            self.iam.attach_role_policy(RoleName="a", PolicyArn=self.policy(f"p{n}"))
        more = dict(RoleName="a", PolicyArn=self.policy("last"))
        self.refused("LimitExceeded", self.iam.attach_role_policy, **more)
        none = dict(RoleName="a", PolicyArn="arn:aws:iam::123456789012:policy/none")
        self.refused("NoSuchEntity", self.iam.attach_role_policy, **none)


class Policies(Case):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")

    def test_malformed(self):
        good = json.loads(allow("s3:*", "*"))["Statement"][0]
        for more in [{"Action": "everything"}, {"Principal": "*"}, {"Resource": "x"}, {"Extra": 1}]:
            document = json.dumps({"Version": "2012-10-17", "Statement": dict(good, **more)})
            make = dict(PolicyName="p", PolicyDocument=document)
            self.refused("MalformedPolicyDocument", self.iam.create_policy, **make)

    def test_size(self):
        large = allow("s3:" + "x" * 6144, "*")
        self.refused("LimitExceeded", self.iam.create_policy, PolicyName="p", PolicyDocument=large)
        self.iam.create_role(RoleName="a", AssumeRolePolicyDocument=trust("123456789012"))
        put = self.iam.put_role_policy
        put(RoleName="a", PolicyName="one", PolicyDocument=large)
        self.refused("LimitExceeded", put, RoleName="a", PolicyName="two", PolicyDocument=large)
        put(RoleName="a", PolicyName="one", PolicyDocument=large)

    def test_versions(self):
        document = allow("s3:*", "*")
        arn = self.iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
        make = dict(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
        for _ in range(4):
            self.iam.create_policy_version(**make)
        self.refused("LimitExceeded", self.iam.create_policy_version, **make)
        self.refused("DeleteConflict", self.iam.delete_policy, PolicyArn=arn)
        delete = self.iam.delete_policy_version
        self.refused("DeleteConflict", delete, PolicyArn=arn, VersionId="v5")
        for n in range(1, 5):
            delete(PolicyArn=arn, VersionId=f"v{n}")
        self.assertEqual(self.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v5")
        self.iam.delete_policy(PolicyArn=arn)

    def test_documents_are_encoded(self):
        document = allow("s3:*", "arn:aws:s3:::100%/*")
        arn = self.iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
        version = self.iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
        self.assertEqual(version["Document"], json.loads(document))

    def test_aws_managed(self):
        arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        self.assertEqual(
            self.iam.get_policy(PolicyArn=arn)["Policy"]["PolicyName"], "ReadOnlyAccess"
        )
        page = self.iam.list_policies(Scope="AWS", MaxItems=1000)
        self.assertEqual((len(page["Policies"]), page["IsTruncated"]), (1000, True))
        self.assertEqual(self.iam.list_policies(Scope="Local")["Policies"], [])
        self.iam.create_role(RoleName="a", AssumeRolePolicyDocument=trust("123456789012"))
        job = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
        self.iam.attach_role_policy(RoleName="a", PolicyArn=job)
        found = self.iam.list_attached_role_policies(RoleName="a")["AttachedPolicies"]
        self.assertEqual(found, [{"PolicyName": "ViewOnlyAccess", "PolicyArn": job}])
        self.refused("NoSuchEntity", self.iam.get_policy, PolicyArn=arn + "x")
        make = dict(PolicyArn=arn, PolicyDocument=allow("s3:*", "*"))
        self.refused("AccessDenied", self.iam.create_policy_version, **make)


class Everything(Case):
    def test_details_and_pages(self):
        iam = self.client("iam")
        policy = iam.create_policy(
            PolicyName="p", PolicyDocument=allow("s3:*", "*"), Description="d", Path="/x/"
        )["Policy"]["Arn"]
        iam.create_policy_version(
            PolicyArn=policy, PolicyDocument=allow("ec2:*", "*"), SetAsDefault=True
        )
        tags = [{"Key": "k", "Value": "v"}]
        read = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        for n in range(5):
            name = f"role-{n}"
            iam.create_role(
                RoleName=name,
                AssumeRolePolicyDocument=trust("123456789012"),
                Tags=tags,
                PermissionsBoundary=policy,
            )
            iam.put_role_policy(RoleName=name, PolicyName="in", PolicyDocument=allow("kms:*", "*"))
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
            iam.attach_role_policy(RoleName=name, PolicyArn=read)
        iam.create_user(UserName="u", Tags=tags)
        iam.create_group(GroupName="g")
        iam.add_user_to_group(UserName="u", GroupName="g")
        found = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        marker, pages = {}, 0
        while True:
            page = iam.get_account_authorization_details(MaxItems=4, **marker)
            pages += 1
            for key, entries in found.items():
                entries += page[key]
            if not page["IsTruncated"]:
                break
            marker = {"Marker": page["Marker"]}
        self.assertEqual(pages, 3)
        self.assertEqual([u["GroupList"] for u in found["UserDetailList"]], [["g"]])
        self.assertEqual(found["UserDetailList"][0]["Tags"], tags)
        role = found["RoleDetailList"][-1]
        self.assertEqual(len(found["RoleDetailList"]), 5)
        self.assertEqual(role["RolePolicyList"][0]["PolicyName"], "in")
        self.assertEqual(
            role["RolePolicyList"][0]["PolicyDocument"], json.loads(allow("kms:*", "*"))
        )
        self.assertEqual(
            {p["PolicyName"] for p in role["AttachedManagedPolicies"]}, {"p", "ReadOnlyAccess"}
        )
        self.assertEqual(role["Tags"], tags)
        self.assertEqual(role["PermissionsBoundary"]["PermissionsBoundaryArn"], policy)
        self.assertEqual(role["AssumeRolePolicyDocument"]["Version"], "2012-10-17")
        local = [p for p in found["Policies"] if p["Arn"] == policy][0]
        self.assertEqual(
            (local["Path"], local["DefaultVersionId"], local["Description"]), ("/x/", "v2", "d")
        )
        self.assertEqual((local["AttachmentCount"], local["PermissionsBoundaryUsageCount"]), (5, 5))
        self.assertEqual(
            [
                (v["VersionId"], v["IsDefaultVersion"], v["Document"])
                for v in local["PolicyVersionList"]
            ],
            [
                ("v1", False, json.loads(allow("s3:*", "*"))),
                ("v2", True, json.loads(allow("ec2:*", "*"))),
            ],
        )
        self.assertEqual({p["PolicyName"] for p in found["Policies"]}, {"p", "ReadOnlyAccess"})
        roles = iam.get_account_authorization_details(Filter=["Role"])
        self.assertEqual((len(roles["RoleDetailList"]), roles["Policies"]), (5, []))
        listed = iam.list_roles()["Roles"][0]["AssumeRolePolicyDocument"]
        self.assertEqual(listed, role["AssumeRolePolicyDocument"])


class Providers(Case):
    TAGS = [{"Key": "k", "Value": "v"}]

    def test_oidc(self):
        iam = self.client("iam")
        make = dict(Url="https://gitlab.com", ClientIDList=["https://gitlab.com"], Tags=self.TAGS)
        arn = iam.create_open_id_connect_provider(**make)["OpenIDConnectProviderArn"]
        self.assertEqual(arn, "arn:aws:iam::123456789012:oidc-provider/gitlab.com")
        self.refused("EntityAlreadyExists", iam.create_open_id_connect_provider, **make)
        who = dict(OpenIDConnectProviderArn=arn)
        found = iam.get_open_id_connect_provider(**who)
        self.assertEqual(
            (found["Url"], found["Tags"], len(found["ThumbprintList"])),
            ("gitlab.com", self.TAGS, 1),
        )
        iam.add_client_id_to_open_id_connect_provider(ClientID="two", **who)
        iam.remove_client_id_from_open_id_connect_provider(ClientID="https://gitlab.com", **who)
        self.assertEqual(iam.get_open_id_connect_provider(**who)["ClientIDList"], ["two"])
        iam.untag_open_id_connect_provider(TagKeys=["k"], **who)
        self.assertEqual(iam.list_open_id_connect_provider_tags(**who)["Tags"], [])
        self.assertEqual(
            iam.list_open_id_connect_providers()["OpenIDConnectProviderList"], [{"Arn": arn}]
        )
        iam.delete_open_id_connect_provider(**who)
        self.refused("NoSuchEntity", iam.get_open_id_connect_provider, **who)

    def test_saml(self):
        iam = self.client("iam")
        text = "<EntityDescriptor>" + "x" * 1000 + "</EntityDescriptor>"
        make = dict(Name="okta", SAMLMetadataDocument=text, Tags=self.TAGS)
        who = {"SAMLProviderArn": iam.create_saml_provider(**make)["SAMLProviderArn"]}
        self.refused("EntityAlreadyExists", iam.create_saml_provider, **make)
        self.refused(
            "ValidationError", iam.create_saml_provider, Name="x", SAMLMetadataDocument="<short/>"
        )
        found = iam.get_saml_provider(**who)
        self.assertEqual((found["SAMLMetadataDocument"], found["Tags"]), (text, self.TAGS))
        iam.tag_saml_provider(Tags=[{"Key": "l", "Value": "w"}], **who)
        iam.untag_saml_provider(TagKeys=["k"], **who)
        self.assertEqual(iam.list_saml_provider_tags(**who)["Tags"], [{"Key": "l", "Value": "w"}])
        iam.update_saml_provider(SAMLMetadataDocument=text.replace("x", "y"), **who)
        self.assertIn("yyy", iam.get_saml_provider(**who)["SAMLMetadataDocument"])
        iam.delete_saml_provider(**who)
        self.refused("NoSuchEntity", iam.delete_saml_provider, **who)


class Account(Case):
    def test_alias(self):
        self.organization()
        own, other = self.client("iam"), self.client("iam", self.enter(self.account("dev")))
        own.create_account_alias(AccountAlias="acme-management")
        self.refused(
            "EntityAlreadyExists", other.create_account_alias, AccountAlias="acme-management"
        )
        other.create_account_alias(AccountAlias="acme-dev")
        other.create_account_alias(AccountAlias="acme-dev2")
        self.assertEqual(other.list_account_aliases()["AccountAliases"], ["acme-dev2"])
        for alias in ("Upper", "a--b", "-a", "123456789012"):
            self.refused("ValidationError", own.create_account_alias, AccountAlias=alias)
        self.refused("NoSuchEntity", own.delete_account_alias, AccountAlias="acme-dev")
        own.delete_account_alias(AccountAlias="acme-management")
        other.create_account_alias(AccountAlias="acme-management")

    def test_password_policy(self):
        iam = self.client("iam")
        self.refused("NoSuchEntity", iam.get_account_password_policy)
        iam.update_account_password_policy(MinimumPasswordLength=14, RequireSymbols=True)
        found = iam.get_account_password_policy()["PasswordPolicy"]
        self.assertEqual((found["MinimumPasswordLength"], found["RequireSymbols"]), (14, True))
        self.assertEqual((found["ExpirePasswords"], found["RequireNumbers"]), (False, False))
        self.assertNotIn("MaxPasswordAge", found)
        self.assertNotIn("PasswordReusePrevention", found)

    def test_root_credentials(self):
        iam = self.client("iam")
        features = "RootCredentialsManagement"
        self.refused("OrganizationNotFoundException", iam.list_organizations_features)
        organizations, _ = self.organization()
        enable = iam.enable_organizations_root_credentials_management
        self.refused("ServiceAccessNotEnabledException", enable)
        self.refused("ServiceAccessNotEnabledException", iam.list_organizations_features)
        organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
        self.assertEqual(iam.list_organizations_features()["EnabledFeatures"], [])
        answer = enable()
        wanted = organizations.describe_organization()["Organization"]["Id"]
        self.assertEqual(
            (answer["OrganizationId"], answer["EnabledFeatures"]), (wanted, [features])
        )
        answer = iam.enable_organizations_root_sessions()
        self.assertEqual(answer["EnabledFeatures"], [features, "RootSessions"])
        iam.disable_organizations_root_sessions()
        account = self.account("security")
        member = self.client("iam", self.enter(account))
        who = "AccountNotManagementOrDelegatedAdministratorException"
        self.refused(who, member.list_organizations_features)
        organizations.register_delegated_administrator(
            AccountId=account, ServicePrincipal="iam.amazonaws.com"
        )
        self.assertEqual(member.list_organizations_features()["EnabledFeatures"], [features])
        self.refused(
            "CallerIsNotManagementAccountException",
            member.enable_organizations_root_credentials_management,
        )
        iam.disable_organizations_root_credentials_management()
        self.assertEqual(iam.list_organizations_features()["EnabledFeatures"], [])


if __name__ == "__main__":
    unittest.main()
