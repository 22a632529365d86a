//! Pieces of landing zones, as literals: tables of cases hold what is made of them.

/// `organization.toml` of a small organization in these Regions, with a unit.
macro_rules! organization {
    ($name:literal in $home:literal $(, $region:literal)*) => {
        concat!(
            "[organization]\n",
            "name        = \"", $name, "\"\n",
            "email       = \"aws+{account}@", $name, ".example\"\n",
            "home_region = \"", $home, "\"\n",
            "regions     = [\"", $home, "\"", $(", \"", $region, "\"",)* "]\n",
            "root_credentials = \"kept\"\n",
            "\n[units]\nWorkloads = {}\n"
        )
    };
}

/// A VPC of one tier in an account, perhaps in a segment.
macro_rules! vpc {
    ($name:literal of $account:literal, $cidr:literal, $zones:literal $(, $segment:literal)?) => {
        concat!(
            "\n[vpc.", $name, "]\n",
            "account = \"", $account, "\"\n",
            "cidr    = \"", $cidr, "\"\n",
            "zones   = ", $zones, "\n",
            $("segment = \"", $segment, "\"\n",)?
            "tiers   = { application = 20 }\n"
        )
    };
}

pub(crate) use {organization, vpc};
