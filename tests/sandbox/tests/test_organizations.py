import json
import unittest

from harness import Case, allow

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
DENY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
        ],
    }
)
RESOURCE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}],
    }
)


class Accounts(Case):
    def test_creation_takes_time(self):
        client, _ = self.organization()
        status = client.create_account(AccountName="dev", Email="dev@acme.example")[
            "CreateAccountStatus"
        ]
        self.assertEqual(status["State"], "IN_PROGRESS")
        self.assertNotIn("AccountId", status)
        self.assertEqual(len(client.list_accounts()["Accounts"]), 1)
        found = client.list_create_account_status(States=["IN_PROGRESS"])["CreateAccountStatuses"]
        self.assertEqual([s["Id"] for s in found], [status["Id"]])
        found = self.until(
            lambda: client.list_create_account_status(States=["SUCCEEDED"])["CreateAccountStatuses"]
        )
        self.assertEqual([s["AccountName"] for s in found], ["dev"])
        account = client.describe_account(AccountId=found[0]["AccountId"])["Account"]
        self.assertEqual((account["Status"], account["State"]), ("ACTIVE", "ACTIVE"))
        self.assertEqual(
            client.list_create_account_status(States=["FAILED"])["CreateAccountStatuses"], []
        )

    def test_paths(self):
        client, root = self.organization()
        account = self.account("dev")
        make = client.create_organizational_unit
        unit = make(ParentId=root, Name="A")["OrganizationalUnit"]["Id"]
        inner = make(ParentId=unit, Name="B")["OrganizationalUnit"]["Id"]
        organization = client.describe_organization()["Organization"]["Id"]

        def paths():
            listed = client.list_accounts()["Accounts"]
            found = next(a for a in listed if a["Id"] == account)
            self.assertEqual(client.describe_account(AccountId=account)["Account"], found)
            return found["Paths"]

        self.assertEqual(paths(), [f"{organization}/{root}/{account}/"])
        client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=inner)
        self.assertEqual(paths(), [f"{organization}/{root}/{unit}/{inner}/{account}/"])

    def test_a_taken_email(self):
        client, _ = self.organization()
        self.account("dev")
        for email in ("DEV@acme.example", "master@example.com"):
            status = client.create_account(AccountName="other", Email=email)["CreateAccountStatus"]
            self.assertEqual(status["State"], "IN_PROGRESS")
            ask = {"CreateAccountRequestId": status["Id"]}
            status = self.until(
                lambda ask=ask: client.describe_create_account_status(**ask)["CreateAccountStatus"],
                lambda status: status["State"] != "IN_PROGRESS",
            )
            self.assertEqual(
                (status["State"], status["FailureReason"]), ("FAILED", "EMAIL_ALREADY_EXISTS")
            )

    def test_five_at_once(self):
        client, _ = self.organization()
        for n in range(5):
            client.create_account(AccountName=f"a{n}", Email=f"a{n}@acme.example")
        answer = self.refused(
            "ConstraintViolationException",
            client.create_account,
            AccountName="b",
            Email="b@acme.example",
        )
        self.assertEqual(answer["Reason"], "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED")

    def test_an_unknown_creation(self):
        client, _ = self.organization()
        self.refused(
            "CreateAccountStatusNotFoundException",
            client.describe_create_account_status,
            CreateAccountRequestId="car-00000000",
        )

    def test_invalid_names(self):
        client, _ = self.organization()
        self.refused(
            "InvalidInputException",
            client.create_account,
            AccountName="x" * 51,
            Email="a@b.example",
        )
        self.refused(
            "InvalidInputException", client.create_account, AccountName="x", Email="nobody"
        )

    def test_tags_and_role_name(self):
        client, _ = self.organization()
        tags = [{"Key": "owner", "Value": "platform"}]
        account = self.account("dev", usable=False, Tags=tags, RoleName="Admin")
        self.assertEqual(client.list_tags_for_resource(ResourceId=account)["Tags"], tags)
        credentials = self.until(lambda: self.tries(self.enter, account, "Admin"))
        role = self.client("iam", credentials).list_attached_role_policies(RoleName="Admin")
        self.assertEqual(role["AttachedPolicies"][0]["PolicyName"], "AdministratorAccess")

    def test_closing(self):
        client, _ = self.organization()
        account = self.account("dev", usable=False)
        client.close_account(AccountId=account)
        found = client.describe_account(AccountId=account)["Account"]
        self.assertEqual((found["Status"], found["State"]), ("SUSPENDED", "CLOSED"))
        self.refused("ConstraintViolationException", client.close_account, AccountId="123456789012")

    def test_moving(self):
        client, root = self.organization()
        account = self.account("dev", usable=False)
        unit = client.create_organizational_unit(ParentId=root, Name="Workloads")[
            "OrganizationalUnit"
        ]["Id"]

        def move(source, to):
            client.move_account(AccountId=account, SourceParentId=source, DestinationParentId=to)

        self.refused("SourceParentNotFoundException", move, unit, root)
        self.refused("DestinationParentNotFoundException", move, root, "ou-none-00000000")
        self.refused("DuplicateAccountException", move, root, root)
        move(root, unit)
        self.assertEqual(client.list_parents(ChildId=account)["Parents"][0]["Id"], unit)
        self.assertEqual(
            [a["Id"] for a in client.list_accounts_for_parent(ParentId=unit)["Accounts"]], [account]
        )

    def test_pages_of_accounts(self):
        client, root = self.organization()
        accounts = {self.account(f"a{n}", usable=False) for n in range(3)} | {"123456789012"}
        for call, more in [("list_accounts", {}), ("list_accounts_for_parent", {"ParentId": root})]:
            found, sizes, token = set(), [], {}
            while True:
                page = getattr(client, call)(MaxResults=3, **more, **token)
                sizes.append(len(page["Accounts"]))
                found |= {a["Id"] for a in page["Accounts"]}
                if "NextToken" not in page:
                    break
                token = {"NextToken": page["NextToken"]}
            self.assertEqual((found, sizes), (accounts, [3, 1]))
        self.refused("InvalidInputException", client.list_accounts, MaxResults=21)
        self.refused("InvalidInputException", client.list_accounts, NextToken="?")


class Callers(Case):
    def test_no_organization(self):
        client = self.client("organizations")
        for call in (client.describe_organization, client.list_accounts, client.list_roots):
            self.refused("AWSOrganizationsNotInUseException", call)

    def test_twice(self):
        client, _ = self.organization()
        self.refused("AlreadyInOrganizationException", client.create_organization)

    def test_a_member(self):
        client, _ = self.organization()
        member = self.client("organizations", self.enter(self.account("dev")))
        wanted = client.describe_organization()["Organization"]["Id"]
        self.assertEqual(member.describe_organization()["Organization"]["Id"], wanted)
        self.refused("AccessDeniedException", member.list_accounts)
        self.refused("AlreadyInOrganizationException", member.create_organization)

    def test_a_delegated_administrator_reads(self):
        client, root = self.organization()
        account = self.account("security")
        client.enable_aws_service_access(ServicePrincipal="config.amazonaws.com")
        client.register_delegated_administrator(
            AccountId=account, ServicePrincipal="config.amazonaws.com"
        )
        member = self.client("organizations", self.enter(account))
        self.assertEqual(len(member.list_accounts()["Accounts"]), 2)
        self.refused(
            "AccessDeniedException", member.create_organizational_unit, ParentId=root, Name="x"
        )

    def test_the_management_account_has_no_access_role(self):
        self.organization()
        self.refused("AccessDenied", self.enter, "123456789012")


class Units(Case):
    def unit(self, client, parent, name, **more):
        answer = client.create_organizational_unit(ParentId=parent, Name=name, **more)
        return answer["OrganizationalUnit"]["Id"]

    def test_names_are_unique_under_a_parent(self):
        client, root = self.organization()
        one, two = self.unit(client, root, "One"), self.unit(client, root, "Two")
        self.unit(client, one, "Prod")
        prod = self.unit(client, two, "Prod")
        self.refused("DuplicateOrganizationalUnitException", self.unit, client, root, "One")
        update = client.update_organizational_unit
        self.refused(
            "DuplicateOrganizationalUnitException", update, OrganizationalUnitId=two, Name="One"
        )
        update(OrganizationalUnitId=prod, Name="One")
        update(OrganizationalUnitId=prod, Name="One")
        self.refused("ParentNotFoundException", self.unit, client, "ou-none-00000000", "x")

    def test_depth(self):
        client, parent = self.organization()
        for n in range(5):
            parent = self.unit(client, parent, f"level-{n}")
        answer = self.refused("ConstraintViolationException", self.unit, client, parent, "too deep")
        self.assertEqual(answer["Reason"], "OU_DEPTH_LIMIT_EXCEEDED")

    def test_only_empty_ones_go(self):
        client, root = self.organization(SCP)
        outer = self.unit(client, root, "Outer")
        inner = self.unit(client, outer, "Inner")
        delete = client.delete_organizational_unit
        self.refused("OrganizationalUnitNotEmptyException", delete, OrganizationalUnitId=outer)
        delete(OrganizationalUnitId=inner)
        delete(OrganizationalUnitId=outer)
        targets = client.list_targets_for_policy(PolicyId="p-FullAWSAccess")["Targets"]
        self.assertEqual({t["TargetId"] for t in targets}, {root, "123456789012"})

    def test_tags(self):
        client, root = self.organization()
        tags = [{"Key": "owner", "Value": "platform"}]
        unit = self.unit(client, root, "One", Tags=tags)
        for resource in (unit, root):
            client.tag_resource(ResourceId=resource, Tags=tags)
            self.assertEqual(client.list_tags_for_resource(ResourceId=resource)["Tags"], tags)
            client.untag_resource(ResourceId=resource, TagKeys=["owner"])
            self.assertEqual(client.list_tags_for_resource(ResourceId=resource)["Tags"], [])
        own = [{"Key": "aws:x", "Value": ""}]
        self.refused("InvalidInputException", client.tag_resource, ResourceId=root, Tags=own)
        self.refused(
            "InvalidInputException", client.tag_resource, ResourceId=root, Tags=tags + tags
        )
        many = [{"Key": str(n), "Value": ""} for n in range(51)]
        self.refused(
            "ConstraintViolationException", client.tag_resource, ResourceId=root, Tags=many
        )

    def test_pages(self):
        client, root = self.organization()
        for n in range(21):
            self.unit(client, root, f"unit-{n}")
        page = client.list_organizational_units_for_parent(ParentId=root)
        self.assertEqual(len(page["OrganizationalUnits"]), 20)
        rest = client.list_organizational_units_for_parent(
            ParentId=root, NextToken=page["NextToken"]
        )
        self.assertEqual(len(rest["OrganizationalUnits"]), 1)
        page = client.list_children(ParentId=root, ChildType="ORGANIZATIONAL_UNIT")
        self.assertEqual(len(page["Children"]), 20)


class Policies(Case):
    def policy(self, client, name="deny", kind=SCP, content=DENY, **more):
        answer = client.create_policy(Name=name, Type=kind, Content=content, Description="", **more)
        return answer["Policy"]["PolicySummary"]["Id"]

    def attached(self, client, target, kind=SCP):
        answer = client.list_policies_for_target(TargetId=target, Filter=kind)
        return [policy["Name"] for policy in answer["Policies"]]

    def test_full_access_comes_with_the_type(self):
        client, root = self.organization()
        account = self.account("dev", usable=False)
        unit = client.create_organizational_unit(ParentId=root, Name="Old")["OrganizationalUnit"][
            "Id"
        ]
        for kind, name in [(SCP, "FullAWSAccess"), (RCP, "RCPFullAWSAccess")]:
            for target in (root, unit, account):
                self.assertEqual(self.attached(client, target, kind), [])
            client.enable_policy_type(RootId=root, PolicyType=kind)
            young = client.create_organizational_unit(ParentId=root, Name=kind)[
                "OrganizationalUnit"
            ]["Id"]
            newborn = self.account(kind[:8].lower(), usable=False)
            for target in (root, unit, account, young, newborn, "123456789012"):
                self.assertEqual(self.attached(client, target, kind), [name])
        found = client.list_policies(Filter=SCP)["Policies"]
        self.assertEqual(
            found[0]["Arn"],
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        )
        client.disable_policy_type(RootId=root, PolicyType=SCP)
        self.assertEqual(self.attached(client, root), [])

    def test_every_type(self):
        client, root = self.organization()
        content = {
            SCP: DENY,
            RCP: RESOURCE,
            "TAG_POLICY": '{"tags": {}}',
            "BACKUP_POLICY": '{"plans": {}}',
            "AISERVICES_OPT_OUT_POLICY": '{"services": {}}',
            "CHATBOT_POLICY": '{"chatbot": {}}',
            "DECLARATIVE_POLICY_EC2": '{"ec2_attributes": {}}',
        }
        for kind, text in content.items():
            policy = self.policy(client, kind, kind, text)
            with self.subTest(kind):
                attach = client.attach_policy
                self.refused(
                    "PolicyTypeNotEnabledException", attach, PolicyId=policy, TargetId=root
                )
                client.enable_policy_type(RootId=root, PolicyType=kind)
                enable = client.enable_policy_type
                self.refused(
                    "PolicyTypeAlreadyEnabledException", enable, RootId=root, PolicyType=kind
                )
                attach(PolicyId=policy, TargetId=root)
                self.assertIn(kind, self.attached(client, root, kind))
                arn = client.describe_policy(PolicyId=policy)["Policy"]["PolicySummary"]["Arn"]
                self.assertIn(f"/{kind.lower()}/{policy}", arn)
        self.refused("InvalidInputException", client.list_policies, Filter="NO_POLICY")

    def test_malformed(self):
        client, _ = self.organization()

        def statement(**more):
            base = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
            base.update(more)
            found = {key: value for key, value in base.items() if value is not None}
            return json.dumps({"Version": "2012-10-17", "Statement": found})

        bad = [
            (SCP, "{"),
            (SCP, "[]"),
            (SCP, '{"Version": "2012-10-17"}'),
            (SCP, json.dumps({"Statement": json.loads(DENY)["Statement"]})),
            (SCP, statement(Effect="Maybe")),
            (SCP, statement(Principal="*")),
            (SCP, statement(Resource=None)),
            (SCP, statement(Action="everything")),
            (SCP, statement(Extra=1)),
            (RCP, DENY),
            (RCP, statement(Principal="*", Effect="Allow")),
            (RCP, statement(Principal="*", Action="*")),
            ("TAG_POLICY", '{"plans": {}}'),
            ("BACKUP_POLICY", "{"),
        ]
        for kind, text in bad:
            with self.subTest(text, kind=kind):
                self.refused(
                    "MalformedPolicyDocumentException", self.policy, client, "x", kind, text
                )
        good = self.policy(client)
        update = client.update_policy
        self.refused("MalformedPolicyDocumentException", update, PolicyId=good, Content="{")

    def test_sizes(self):
        client, _ = self.organization()
        for kind, size, text in [
            (SCP, 10240, DENY),
            (RCP, 5120, RESOURCE),
            ("TAG_POLICY", 10000, '{"tags": {}}'),
            ("DECLARATIVE_POLICY_EC2", 10000, '{"ec2_attributes": {}}'),
        ]:
            self.policy(client, kind, kind, text.ljust(size))
            answer = self.refused(
                "ConstraintViolationException",
                self.policy,
                client,
                kind + "2",
                kind,
                text.ljust(size + 1),
            )
            self.assertEqual(answer["Reason"], "POLICY_CONTENT_LIMIT_EXCEEDED")

    def test_names_are_unique(self):
        client, _ = self.organization()
        self.policy(client, "one")
        two = self.policy(client, "two")
        self.refused("DuplicatePolicyException", self.policy, client, "one")
        self.refused("DuplicatePolicyException", client.update_policy, PolicyId=two, Name="one")
        client.update_policy(PolicyId=two, Name="two", Description="new")

    def test_the_last_one_stays(self):
        client, root = self.organization(SCP, RCP)
        detach = client.detach_policy
        answer = self.refused(
            "ConstraintViolationException", detach, PolicyId="p-FullAWSAccess", TargetId=root
        )
        self.assertEqual(answer["Reason"], "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
        policy = self.policy(client)
        self.refused("PolicyNotAttachedException", detach, PolicyId=policy, TargetId=root)
        client.attach_policy(PolicyId=policy, TargetId=root)
        detach(PolicyId="p-FullAWSAccess", TargetId=root)
        self.assertEqual(self.attached(client, root), ["deny"])
        self.refused("InvalidInputException", detach, PolicyId="p-RCPFullAWSAccess", TargetId=root)

    def test_attaching(self):
        client, root = self.organization(SCP)
        policy = self.policy(client)
        attach = client.attach_policy
        attach(PolicyId=policy, TargetId=root)
        self.refused("DuplicatePolicyAttachmentException", attach, PolicyId=policy, TargetId=root)
        self.refused("TargetNotFoundException", attach, PolicyId=policy, TargetId="000000000000")
        self.refused("InvalidInputException", attach, PolicyId=policy, TargetId="nothing")
        self.refused("PolicyInUseException", client.delete_policy, PolicyId=policy)
        for n in range(8):
            attach(PolicyId=self.policy(client, f"more-{n}"), TargetId=root)
        answer = self.refused(
            "ConstraintViolationException",
            attach,
            PolicyId=self.policy(client, "last"),
            TargetId=root,
        )
        self.assertEqual(answer["Reason"], "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
        client.detach_policy(PolicyId=policy, TargetId=root)
        client.delete_policy(PolicyId=policy)

    def test_awss_own_are_fixed(self):
        client, _ = self.organization()
        self.refused(
            "InvalidInputException", client.update_policy, PolicyId="p-FullAWSAccess", Name="x"
        )
        self.refused("InvalidInputException", client.delete_policy, PolicyId="p-FullAWSAccess")

    def test_pages_and_tags(self):
        client, root = self.organization(SCP)
        tags = [{"Key": "owner", "Value": "platform"}]
        policy = self.policy(client, Tags=tags)
        self.assertEqual(client.list_tags_for_resource(ResourceId=policy)["Tags"], tags)
        client.attach_policy(PolicyId=policy, TargetId=root)
        for call, key, more in [
            (client.list_policies, "Policies", {"Filter": SCP}),
            (client.list_policies_for_target, "Policies", {"Filter": SCP, "TargetId": root}),
            (client.list_targets_for_policy, "Targets", {"PolicyId": "p-FullAWSAccess"}),
        ]:
            page = call(MaxResults=1, **more)
            rest = call(MaxResults=1, NextToken=page["NextToken"], **more)
            self.assertEqual((len(page[key]), len(rest[key])), (1, 1))
            self.assertNotEqual(page[key], rest[key])

    def test_resource_policy(self):
        client, _ = self.organization()
        self.refused("ResourcePolicyNotFoundException", client.describe_resource_policy)
        self.refused("InvalidInputException", client.put_resource_policy, Content="{")
        client.put_resource_policy(Content=allow("organizations:List*", "*"))
        self.assertIn("List", client.describe_resource_policy()["ResourcePolicy"]["Content"])
        client.delete_resource_policy()
        self.refused("ResourcePolicyNotFoundException", client.describe_resource_policy)


class Delegation(Case):
    def test_needs_trusted_access(self):
        client, _ = self.organization()
        account = self.account("security", usable=False)
        for service in ("iam.amazonaws.com", "cloudtrail.amazonaws.com", "account.amazonaws.com"):
            who = dict(AccountId=account, ServicePrincipal=service)
            register = client.register_delegated_administrator
            answer = self.refused("ConstraintViolationException", register, **who)
            self.assertEqual(answer["Reason"], "SERVICE_ACCESS_NOT_ENABLED")
            client.enable_aws_service_access(ServicePrincipal=service)
            register(**who)
            self.refused("AccountAlreadyRegisteredException", register, **who)
        found = client.list_delegated_services_for_account(AccountId=account)["DelegatedServices"]
        self.assertEqual(len(found), 3)
        found = client.list_delegated_administrators(ServicePrincipal="iam.amazonaws.com")
        self.assertEqual([a["Id"] for a in found["DelegatedAdministrators"]], [account])
        found = client.list_aws_service_access_for_organization(MaxResults=2)
        self.assertIn("NextToken", found)

    def test_the_wrong_ones(self):
        client, _ = self.organization()
        account = self.account("security", usable=False)
        register = client.register_delegated_administrator
        ram = "ram.amazonaws.com"
        self.refused("InvalidInputException", register, AccountId=account, ServicePrincipal=ram)
        self.refused("InvalidInputException", register, AccountId=account, ServicePrincipal="x")
        service = "config.amazonaws.com"
        self.refused(
            "AccountNotFoundException", register, AccountId="000000000000", ServicePrincipal=service
        )
        own = dict(AccountId="123456789012", ServicePrincipal=service)
        self.refused("ConstraintViolationException", register, **own)
        self.refused(
            "InvalidInputException", client.enable_aws_service_access, ServicePrincipal="x"
        )


if __name__ == "__main__":
    unittest.main()
