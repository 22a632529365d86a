import json
import unittest

from harness import Case, allow, trust


class AssumeRole(Case):
    def setUp(self):
        super().setUp()
        self.organizations, _ = self.organization()
        self.security = self.account("security", usable=False)
        self.prod = self.account("prod")
        self.in_security = self.until(lambda: self.tries(self.enter, self.security))
        self.in_prod = self.enter(self.prod)

    def role(self, credentials, name, document, may=None, **more):
        iam = self.client("iam", credentials)
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, **more)["Role"]
        if may:
            iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=may)
        return role["Arn"]

    def pipeline(self, may=None):
        """The role `pipeline` in security, and its credentials."""
        may = may or allow("sts:AssumeRole", "*")
        arn = self.role(self.in_security, "pipeline", trust(self.security), may)
        return arn, self.enter(self.security, "pipeline", self.in_security)

    def denied(self, *arguments, **more):
        answer = self.refused("AccessDenied", self.enter, *arguments, **more)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 403)
        return answer["Error"]["Message"]

    def test_a_missing_role(self):
        role = f"arn:aws:iam::{self.prod}:role/none"
        self.assertEqual(
            self.denied(self.prod, "none"),
            "User: arn:aws:iam::123456789012:user/moto is not authorized to perform: "
            f"sts:AssumeRole on resource: {role}",
        )

    def test_trust_of_an_account(self):
        _, credentials = self.pipeline()
        self.role(self.in_prod, "deployer", trust(f"arn:aws:iam::{self.security}:root"))
        self.enter(self.prod, "deployer", credentials)
        self.denied(self.prod, "deployer")
        self.denied(self.prod, "deployer", self.in_prod)

    def test_trust_of_a_role(self):
        arn, credentials = self.pipeline()
        self.role(self.in_prod, "deployer", trust([arn]))
        self.enter(self.prod, "deployer", credentials)
        message = self.denied(self.prod, "deployer", self.in_security)
        self.assertIn("assumed-role/OrganizationAccountAccessRole/test is not authorized", message)

    def test_trust_of_a_session_and_of_everybody(self):
        arn, credentials = self.pipeline()
        session = f"arn:aws:sts::{self.security}:assumed-role/pipeline/test"
        self.role(self.in_prod, "session", trust(session))
        self.role(self.in_prod, "everybody", trust("*"))
        self.enter(self.prod, "session", credentials)
        self.enter(self.prod, "everybody", credentials)

    def test_the_callers_own_policies(self):
        target = f"arn:aws:iam::{self.prod}:role/deployer"
        self.role(self.in_prod, "deployer", trust(self.security))
        for may, good in [
            (allow("sts:AssumeRole", target), True),
            (allow("sts:*", "arn:aws:iam::*:role/dep*"), True),
            (allow("sts:AssumeRole", target + "s"), False),
            (allow("iam:*", "*"), False),
        ]:
            _, credentials = self.pipeline(may)
            with self.subTest(may=may):
                if good:
                    self.enter(self.prod, "deployer", credentials)
                else:
                    self.denied(self.prod, "deployer", credentials)
            iam = self.client("iam", self.in_security)
            iam.delete_role_policy(RoleName="pipeline", PolicyName="may")
            iam.delete_role(RoleName="pipeline")

    def test_a_deny_wins(self):
        _, credentials = self.pipeline()
        self.role(self.in_prod, "deployer", trust(self.security))
        self.client("iam", self.in_security).put_role_policy(
            RoleName="pipeline", PolicyName="not", PolicyDocument=allow("*", "*", "Deny")
        )
        self.denied(self.prod, "deployer", credentials)

    def test_a_boundary_binds(self):
        iam = self.client("iam", self.in_security)
        bound = iam.create_policy(PolicyName="bound", PolicyDocument=allow("s3:*", "*"))["Policy"][
            "Arn"
        ]
        _, credentials = self.pipeline()
        self.role(self.in_prod, "deployer", trust(self.security))
        iam.put_role_permissions_boundary(RoleName="pipeline", PermissionsBoundary=bound)
        self.denied(self.prod, "deployer", credentials)

    def test_in_one_account_a_named_principal_needs_no_policy(self):
        arn, credentials = self.pipeline(allow("s3:*", "*"))
        self.role(self.in_security, "named", trust(arn))
        self.role(self.in_security, "account", trust(self.security))
        self.enter(self.security, "named", credentials)
        self.denied(self.security, "account", credentials)

    def test_conditions(self):
        arn, credentials = self.pipeline()
        organization = self.organizations.describe_organization()["Organization"]["Id"]
        good = [
            dict(
                ArnEquals={"aws:PrincipalArn": arn},
                StringEquals={"aws:PrincipalOrgID": organization},
            ),
            dict(ArnLike={"aws:principalarn": ["x", f"arn:aws:iam::{self.security}:role/p*"]}),
            dict(StringEquals={"aws:PrincipalAccount": self.security}),
            dict(StringNotEquals={"aws:PrincipalAccount": self.prod}),
            dict(StringLike={"aws:PrincipalArn": "arn:*:role/pipe????"}),
            dict(Bool={"aws:MultiFactorAuthPresent": "false"}),
            dict(Null={"sts:ExternalId": "true"}),
            dict(StringEqualsIfExists={"sts:ExternalId": "x"}),
        ]
        bad = [
            dict(ArnEquals={"aws:PrincipalArn": arn + "x"}),
            dict(
                ArnEquals={"aws:PrincipalArn": arn}, StringEquals={"aws:PrincipalOrgID": "o-other"}
            ),
            dict(Bool={"aws:MultiFactorAuthPresent": "true"}),
            dict(StringEquals={"sts:ExternalId": "x"}),
            dict(DateLessThan={"aws:CurrentTime": "2100-01-01T00:00:00Z"}),
        ]
        iam = self.client("iam", self.in_prod)
        self.role(self.in_prod, "deployer", trust(self.security))
        for condition in good + bad:
            with self.subTest(condition):
                document = trust(self.security, **condition)
                iam.update_assume_role_policy(RoleName="deployer", PolicyDocument=document)
                if condition in good:
                    self.enter(self.prod, "deployer", credentials)
                else:
                    self.denied(self.prod, "deployer", credentials)

    def test_external_id(self):
        self.role(
            self.in_prod, "vendor", trust("123456789012", StringEquals={"sts:ExternalId": "x1"})
        )
        self.denied(self.prod, "vendor")
        self.denied(self.prod, "vendor", ExternalId="x2")
        self.enter(self.prod, "vendor", ExternalId="x1")

    def test_multi_factor(self):
        document = trust("123456789012", Bool={"aws:MultiFactorAuthPresent": "true"})
        self.role(self.in_prod, "careful", document)
        self.denied(self.prod, "careful")
        self.enter(
            self.prod,
            "careful",
            SerialNumber="arn:aws:iam::123456789012:mfa/me",
            TokenCode="123456",
        )

    def test_duration(self):
        self.role(
            self.in_prod, "long", trust([self.security, "123456789012"]), MaxSessionDuration=7200
        )
        self.enter(self.prod, "long", DurationSeconds=7200)
        self.refused("ValidationError", self.enter, self.prod, "long", DurationSeconds=7201)
        self.refused("ValidationError", self.enter, self.prod, "long", DurationSeconds=899)
        _, chained = self.pipeline()
        self.enter(self.prod, "long", chained, DurationSeconds=3600)
        answer = self.refused(
            "ValidationError", self.enter, self.prod, "long", chained, DurationSeconds=3601
        )
        self.assertIn(
            "1 hour session limit for roles assumed by role chaining", answer["Error"]["Message"]
        )

    def test_source_identity_needs_permission(self):
        self.role(self.in_prod, "plain", trust("123456789012"))
        message = self.denied(self.prod, "plain", SourceIdentity="me")
        self.assertIn("sts:SetSourceIdentity", message)
        document = json.loads(trust("123456789012"))
        document["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:SetSourceIdentity"]
        self.role(self.in_prod, "named", json.dumps(document))
        self.enter(self.prod, "named", SourceIdentity="me")

    def test_a_user_and_its_deleted_key(self):
        iam = self.client("iam")
        iam.create_user(UserName="ci")
        key = iam.create_access_key(UserName="ci")["AccessKey"]
        credentials = {k: key[k] for k in ("AccessKeyId", "SecretAccessKey")}
        identity = self.client("sts", credentials).get_caller_identity()
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:user/ci")
        self.assertTrue(identity["UserId"].startswith("AIDA"))
        self.denied(self.prod, credentials=credentials)
        iam.put_user_policy(
            UserName="ci", PolicyName="may", PolicyDocument=allow("sts:AssumeRole", "*")
        )
        self.enter(self.prod, credentials=credentials)
        iam.update_access_key(UserName="ci", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        self.refused("InvalidClientTokenId", self.enter, self.prod, credentials=credentials)
        iam.delete_access_key(UserName="ci", AccessKeyId=key["AccessKeyId"])
        self.refused("InvalidClientTokenId", self.enter, self.prod, credentials=credentials)

    def test_made_up_credentials(self):
        made_up = {
            "AccessKeyId": "ASIAMADEUP0000000000",
            "SecretAccessKey": "x",
            "SessionToken": "y",
        }
        self.refused("InvalidClientTokenId", self.client("sts", made_up).get_caller_identity)
        self.refused("AuthFailure", self.client("ec2", made_up).describe_vpcs)
        self.refused("UnrecognizedClientException", self.client("kms", made_up).list_keys)
        other = dict(self.in_prod, SessionToken=self.in_security["SessionToken"])
        self.refused("InvalidClientTokenId", self.client("sts", other).get_caller_identity)

    def test_identity_of_a_session(self):
        identity = self.client("sts", self.in_prod).get_caller_identity()
        self.assertEqual(identity["Account"], self.prod)
        role = f"arn:aws:sts::{self.prod}:assumed-role/OrganizationAccountAccessRole/test"
        self.assertEqual(identity["Arn"], role)
        self.assertRegex(identity["UserId"], "^AROA[A-Z0-9]+:test$")

    def test_session_of_a_deleted_role(self):
        arn, credentials = self.pipeline()
        iam = self.client("iam", self.in_security)
        iam.delete_role_policy(RoleName="pipeline", PolicyName="may")
        iam.delete_role(RoleName="pipeline")
        self.refused("AccessDenied", self.client("iam", credentials).list_roles)
        self.client("sts", credentials).get_caller_identity()

    def test_a_role_made_again_is_another(self):
        arn, credentials = self.pipeline()
        self.role(self.in_prod, "deployer", trust(arn))
        iam = self.client("iam", self.in_security)
        iam.delete_role_policy(RoleName="pipeline", PolicyName="may")
        iam.delete_role(RoleName="pipeline")
        _, credentials = self.pipeline()
        self.denied(self.prod, "deployer", credentials)

    def test_chain_from_a_web_identity(self):
        federated = {"Federated": f"arn:aws:iam::{self.security}:oidc-provider/gitlab.com"}
        document = json.loads(trust("*"))
        document["Statement"][0].update(Principal=federated, Action="sts:AssumeRoleWithWebIdentity")
        may = allow("sts:AssumeRole", "*")
        arn = self.role(self.in_security, "pipeline", json.dumps(document), may)
        credentials = self.client("sts").assume_role_with_web_identity(
            RoleArn=arn, RoleSessionName="job", WebIdentityToken="token"
        )["Credentials"]
        self.role(self.in_prod, "deployer", trust(arn))
        self.enter(self.prod, "deployer", credentials)


class NewAccount(Case):
    def test_the_role_answers_later(self):
        self.organization()
        account = self.account("dev", usable=False)
        self.refused("AccessDenied", self.enter, account)
        self.until(lambda: self.tries(self.enter, account))

    def test_a_closed_account(self):
        client, _ = self.organization()
        account = self.account("dev")
        client.close_account(AccountId=account)
        self.refused("AccessDenied", self.enter, account)


if __name__ == "__main__":
    unittest.main()
