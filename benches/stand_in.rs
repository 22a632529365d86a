//! An AWS that answers every read at once, over loopback: the organization and its accounts are there, all else is empty.
//! It replays the wire formats that AWS documents and holds nothing; how right Landfall is, other tests say.

use std::{
    env,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Where this process finds it, and how many accounts it is to have is told.
const ADDRESS: &str = "LANDFALL_BENCH_STAND_IN";

/// Runs this program again beside a stand-in, so that what that takes is not measured; nothing where it is the one that
/// was run again.
pub(crate) fn beside() -> Option<ExitCode> {
    if env::var_os(ADDRESS).is_some() {
        return None;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accounts = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let accounts = Arc::clone(&accounts);
            thread::spawn(move || drop(serve(stream, &accounts)));
        }
    });
    let mut again = Command::new(env::current_exe().unwrap());
    again.args(env::args_os().skip(1)).env(ADDRESS, address.to_string());
    again.env("AWS_ENDPOINT_URL", format!("http://{address}")).env("AWS_ACCESS_KEY_ID", "bench");
    again.env("AWS_SECRET_ACCESS_KEY", "bench").env("AWS_EC2_METADATA_DISABLED", "true");
    again.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    let ended = again.status().unwrap();
    Some(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Gives the organization so many accounts.
pub(crate) fn with(accounts: usize) {
    let address: SocketAddr = env::var(ADDRESS).unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /accounts/{accounts} HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
}

/// A request, as far as it matters.
struct Request {
    method: String,
    path: String,
    /// The service that it is signed for.
    service: String,
    /// `X-Amz-Target`, or `Action` of a form.
    operation: String,
    body: String,
}

fn serve(stream: TcpStream, accounts: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut answers, mut requests) = (stream.try_clone()?, BufReader::new(stream));
    while let Some(request) = next(&mut requests)? {
        if let Some(count) = request.path.strip_prefix("/accounts/").and_then(|count| count.parse().ok()) {
            accounts.store(count, Ordering::Relaxed);
        }
        let (status, kind, body) = answer(&request, accounts.load(Ordering::Relaxed));
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nx-amzn-requestid: bench\r\n\r\n"
        );
        answers.write_all((head + &body).as_bytes())?;
        if request.service.is_empty() {
            break;
        }
    }
    Ok(())
}

fn next(requests: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let (mut line, mut length) = (String::new(), 0);
    if requests.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut service, mut operation) = (String::new(), String::new());
    loop {
        line.clear();
        requests.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or_default(),
            "x-amz-target" => value.rsplit('.').next().unwrap_or_default().clone_into(&mut operation),
            "authorization" => value.split('/').nth(3).unwrap_or_default().clone_into(&mut service),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    requests.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    if let Some(action) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) {
        action.clone_into(&mut operation);
    }
    Ok(Some(Request { method, path, service, operation, body }))
}

const JSON: &str = "application/x-amz-json-1.1";
const XML: &str = "text/xml";

/// Status, content type and body.
type Answer = (u16, &'static str, String);

fn answer(request: &Request, accounts: usize) -> Answer {
    let json = |body: String| (200, JSON, body);
    match (request.service.as_str(), request.operation.as_str()) {
        ("organizations", "DescribeOrganization") => json(
            r#"{"Organization":{"Id":"o-bench00000","Arn":"arn:aws:organizations::123456789012:organization/o-bench00000","FeatureSet":"ALL","MasterAccountId":"123456789012"}}"#.to_owned(),
        ),
        ("organizations", "ListRoots") => json(
            r#"{"Roots":[{"Id":"r-root","Name":"Root","PolicyTypes":[]}]}"#.to_owned(),
        ),
        ("organizations", "ListAccounts" | "ListAccountsForParent") => json(listed(accounts)),
        ("organizations", "ListParents") => json(r#"{"Parents":[{"Id":"r-root","Type":"ROOT"}]}"#.to_owned()),
        ("organizations", "ListTagsForResource") => json(tags(&request.body)),
        ("organizations", "DescribeResourcePolicy") => {
            (400, JSON, r#"{"__type":"ResourcePolicyNotFoundException"}"#.to_owned())
        }
        ("sts", "GetCallerIdentity") => xml(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::123456789012:user/bench</Arn><UserId>AIDABENCH</UserId><Account>123456789012</Account>",
        ),
        ("sts", "AssumeRole") => xml(
            "AssumeRole",
            "<Credentials><AccessKeyId>ASIABENCH</AccessKeyId><SecretAccessKey>bench</SecretAccessKey>\
             <SessionToken>bench</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
        ),
        ("account", _) if request.path.starts_with("/listRegions") => json(
            r#"{"Regions":[{"RegionName":"ap-southeast-2","RegionOptStatus":"ENABLED_BY_DEFAULT"},{"RegionName":"ap-southeast-4","RegionOptStatus":"ENABLED"}]}"#.to_owned(),
        ),
        ("account", _) => missing(JSON, "ResourceNotFoundException"),
        ("iam", "GetAccountPasswordPolicy") => missing(XML, "NoSuchEntity"),
        ("iam" | "sns" | "ec2", operation) => xml(operation, ""),
        ("s3", _) if request.method == "GET" && request.path.starts_with("/v20180820/") => {
            missing(XML, "NoSuchPublicAccessBlockConfiguration")
        }
        ("route53", _) => {
            let list = "<HostedZones/><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>";
            (200, XML, format!("<ListHostedZonesResponse>{list}</ListHostedZonesResponse>"))
        }
        ("s3", _) => (200, XML, "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>".to_owned()),
        _ => json("{}".to_owned()),
    }
}

fn xml(operation: &str, result: &str) -> Answer {
    let body = format!(
        "<{operation}Response><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></{operation}Response>"
    );
    (200, XML, body)
}

fn missing(kind: &'static str, code: &str) -> Answer {
    let body = if kind == JSON {
        format!(r#"{{"__type":"{code}"}}"#)
    } else {
        format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>")
    };
    (404, kind, body)
}

fn listed(accounts: usize) -> String {
    let mut list = String::new();
    for number in 0..accounts {
        let comma = if number > 0 { "," } else { "" };
        write!(
            list,
            r#"{comma}{{"Id":"{id}","Arn":"arn:aws:organizations::123456789012:account/o-bench00000/{id}","Email":"aws+a{number:04}@bench.example","Name":"a{number:04}","Status":"ACTIVE","State":"ACTIVE","JoinedMethod":"CREATED"}}"#,
            id = 200_000_000_000 + number,
        )
        .unwrap();
    }
    format!(r#"{{"Accounts":[{list}]}}"#)
}

/// Those that Landfall gave an account.
fn tags(body: &str) -> String {
    let id = body.split('"').find_map(|word| word.parse::<usize>().ok().filter(|_| word.len() == 12));
    let Some(number) = id.and_then(|id| id.checked_sub(200_000_000_000)) else {
        return r#"{"Tags":[]}"#.to_owned();
    };
    format!(
        r#"{{"Tags":[{{"Key":"landfall:organization","Value":"bench"}},{{"Key":"landfall:address","Value":"management/global/organizations/account/a{number:04}"}},{{"Key":"owner","Value":"platform"}},{{"Key":"cell","Value":"{number}"}}]}}"#
    )
}
