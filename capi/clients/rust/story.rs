//! The story of ../README.md, told with rusoto_acm_pca. That has neither waiters
//! nor paginators: the story waits, and goes from page to page, by itself.

use std::env;
use std::error::Error;
use std::fmt::Debug;
use std::fs;
use std::future::Future;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hyper::client::HttpConnector;
use rusoto_acm_pca::*;
use rusoto_core::credential::EnvironmentProvider;
use rusoto_core::{HttpClient, Region, RusotoError};

const BUCKET: &str = "reports";
const DAY: f64 = 86400.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn done(step: &str) {
    println!("ok {step}");
}

/// Ends the story unless a call met the service's error that `is` knows.
fn refused<T: Debug, E: Debug>(result: Result<T, RusotoError<E>>, is: fn(&E) -> bool) {
    match result {
        Err(RusotoError::Service(error)) if is(&error) => (),
        other => panic!("not the error that was expected: {other:?}"),
    }
}

/// Asks again for as long as the service says that it is not done.
async fn wait<T, E, F>(
    ask: impl Fn() -> F,
    in_progress: fn(&E) -> bool,
) -> Result<T, RusotoError<E>>
where
    F: Future<Output = Result<T, RusotoError<E>>>,
{
    loop {
        match ask().await {
            Err(RusotoError::Service(error)) if in_progress(&error) => {
                thread::sleep(Duration::from_secs(1));
            }
            outcome => return outcome,
        }
    }
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

struct Story {
    pca: AcmPcaClient,
    endpoint: String,
    now: f64,
}

impl Story {
    async fn create(&self, kind: &str) -> Outcome<String> {
        let created = self
            .pca
            .create_certificate_authority(CreateCertificateAuthorityRequest {
                certificate_authority_type: kind.into(),
                certificate_authority_configuration: CertificateAuthorityConfiguration {
                    key_algorithm: "EC_prime256v1".into(),
                    signing_algorithm: "SHA256WITHECDSA".into(),
                    subject: ASN1Subject {
                        organization: Some("Example".into()),
                        common_name: Some(format!("Story {kind}")),
                        ..Default::default()
                    },
                    ..Default::default()
                },
                idempotency_token: Some(kind.into()),
                ..Default::default()
            })
            .await?;
        Ok(created.certificate_authority_arn.unwrap())
    }

    async fn csr(&self, ca: &str) -> Outcome<Bytes> {
        let request = GetCertificateAuthorityCsrRequest {
            certificate_authority_arn: ca.into(),
        };
        let got = wait(
            || self.pca.get_certificate_authority_csr(request.clone()),
            |error| matches!(error, GetCertificateAuthorityCsrError::RequestInProgress(_)),
        )
        .await?;
        Ok(got.csr.unwrap().into())
    }

    async fn issue(
        &self,
        ca: &str,
        csr: &Bytes,
        template: &str,
        days: i64,
    ) -> Result<String, RusotoError<IssueCertificateError>> {
        let issued = self
            .pca
            .issue_certificate(IssueCertificateRequest {
                certificate_authority_arn: ca.into(),
                csr: csr.clone(),
                signing_algorithm: "SHA256WITHECDSA".into(),
                template_arn: Some(format!("arn:aws:acm-pca:::template/{template}/V1")),
                validity: Validity {
                    type_: "DAYS".into(),
                    value: days,
                },
                ..Default::default()
            })
            .await?;
        Ok(issued.certificate_arn.unwrap())
    }

    async fn get(&self, certificate: &str, ca: &str) -> Outcome<GetCertificateResponse> {
        let request = GetCertificateRequest {
            certificate_arn: certificate.into(),
            certificate_authority_arn: ca.into(),
        };
        let got = wait(
            || self.pca.get_certificate(request.clone()),
            |error| matches!(error, GetCertificateError::RequestInProgress(_)),
        )
        .await?;
        Ok(got)
    }

    async fn import(&self, ca: &str, issued: GetCertificateResponse) -> Outcome<()> {
        let request = ImportCertificateAuthorityCertificateRequest {
            certificate_authority_arn: ca.into(),
            certificate: issued.certificate.unwrap().into(),
            certificate_chain: issued.certificate_chain.map(Bytes::from),
        };
        Ok(self
            .pca
            .import_certificate_authority_certificate(request)
            .await?)
    }

    async fn describe(&self, ca: &str) -> Outcome<CertificateAuthority> {
        let request = DescribeCertificateAuthorityRequest {
            certificate_authority_arn: ca.into(),
        };
        let described = self.pca.describe_certificate_authority(request).await?;
        Ok(described.certificate_authority.unwrap())
    }

    async fn expect_status(&self, ca: &str, status: &str) -> Outcome<()> {
        assert_eq!(self.describe(ca).await?.status.as_deref(), Some(status));
        Ok(())
    }

    async fn update(&self, ca: &str, status: &str) -> Outcome<()> {
        self.pca
            .update_certificate_authority(UpdateCertificateAuthorityRequest {
                certificate_authority_arn: ca.into(),
                status: Some(status.into()),
                ..Default::default()
            })
            .await?;
        self.expect_status(ca, status).await
    }

    async fn tell(&self) -> Outcome<()> {
        let root = self.create("ROOT").await?;
        done("create the root CA");
        let csr = self.csr(&root).await?;
        done("wait for the root's CSR");
        let certificate = self.issue(&root, &csr, "RootCACertificate", 3650).await?;
        done("issue the root's certificate");
        self.import(&root, self.get(&certificate, &root).await?)
            .await?;
        done("import the root's certificate");

        let ca = self.create("SUBORDINATE").await?;
        done("create the subordinate CA");
        let csr = self.csr(&ca).await?;
        done("wait for the subordinate's CSR");
        let template = "SubordinateCACertificate_PathLen0";
        let certificate = self.issue(&root, &csr, template, 1825).await?;
        done("issue the subordinate's certificate");
        self.import(&ca, self.get(&certificate, &root).await?)
            .await?;
        done("import the subordinate's certificate");
        let described = self.describe(&ca).await?;
        assert_eq!(described.status.as_deref(), Some("ACTIVE"));
        assert!(described.not_before < Some(self.now) && described.not_after > Some(self.now));
        assert!((described.created_at.unwrap() - self.now).abs() < DAY);
        done("describe the subordinate CA");

        let csr = Bytes::from(fs::read("end_entity.csr")?);
        let certificate = self.issue(&ca, &csr, "EndEntityCertificate", 30).await?;
        done("issue a certificate");
        let issued = self.get(&certificate, &ca).await?;
        done("wait for the certificate");
        fs::write("certificate.pem", issued.certificate.unwrap() + "\n")?;
        fs::write("chain.pem", issued.certificate_chain.unwrap() + "\n")?;
        done("get the certificate");

        self.label(&ca).await?;
        self.list(&root, &ca).await?;
        self.share(&ca).await?;
        self.permit(&ca).await?;
        self.audit(&ca, &certificate).await?;
        self.end(&ca, &certificate, &csr).await
    }

    async fn tags(&self, ca: &str) -> Outcome<Vec<String>> {
        let mut tags = Vec::new();
        let mut request = ListTagsRequest {
            certificate_authority_arn: ca.into(),
            max_results: Some(1),
            next_token: None,
        };
        loop {
            let page = self.pca.list_tags(request.clone()).await?;
            tags.extend(page.tags.unwrap().into_iter().map(|tag| tag.key));
            request.next_token = page.next_token;
            if request.next_token.is_none() {
                return Ok(sorted(tags));
            }
        }
    }

    async fn label(&self, ca: &str) -> Outcome<()> {
        let stage = Tag {
            key: "stage".into(),
            value: Some("test".into()),
        };
        let empty = Tag {
            key: "empty".into(),
            value: Some("".into()),
        };
        self.pca
            .tag_certificate_authority(TagCertificateAuthorityRequest {
                certificate_authority_arn: ca.into(),
                tags: vec![stage.clone(), empty],
            })
            .await?;
        done("tag the CA");
        assert_eq!(self.tags(ca).await?, ["empty", "stage"]);
        done("list its tags");
        self.pca
            .untag_certificate_authority(UntagCertificateAuthorityRequest {
                certificate_authority_arn: ca.into(),
                tags: vec![stage],
            })
            .await?;
        assert_eq!(self.tags(ca).await?, ["empty"]);
        done("untag the CA");
        Ok(())
    }

    async fn list(&self, root: &str, ca: &str) -> Outcome<()> {
        let mut arns = Vec::new();
        let mut request = ListCertificateAuthoritiesRequest {
            max_results: Some(1),
            ..Default::default()
        };
        loop {
            let page = self
                .pca
                .list_certificate_authorities(request.clone())
                .await?;
            let authorities = page.certificate_authorities.unwrap();
            assert!(authorities.len() <= 1);
            arns.extend(
                authorities
                    .into_iter()
                    .filter_map(|authority| authority.arn),
            );
            request.next_token = page.next_token;
            if request.next_token.is_none() {
                break;
            }
        }
        assert_eq!(sorted(arns), sorted([root.to_string(), ca.to_string()]));
        done("list the CAs page by page");
        Ok(())
    }

    async fn share(&self, ca: &str) -> Outcome<()> {
        let resource_arn = ca.to_string();
        let policy = fs::read_to_string("policy.json")?.replace("CA_ARN", ca);
        self.pca
            .put_policy(PutPolicyRequest {
                resource_arn: resource_arn.clone(),
                policy: policy.clone(),
            })
            .await?;
        done("put a policy");
        let request = GetPolicyRequest {
            resource_arn: resource_arn.clone(),
        };
        assert_eq!(
            self.pca.get_policy(request.clone()).await?.policy,
            Some(policy)
        );
        done("get the policy");
        self.pca
            .delete_policy(DeletePolicyRequest { resource_arn })
            .await?;
        done("delete the policy");
        refused(self.pca.get_policy(request).await, |error| {
            matches!(error, GetPolicyError::ResourceNotFound(_))
        });
        done("miss the policy");
        Ok(())
    }

    async fn permissions(&self, ca: &str) -> Outcome<Vec<Permission>> {
        let request = ListPermissionsRequest {
            certificate_authority_arn: ca.into(),
            ..Default::default()
        };
        Ok(self
            .pca
            .list_permissions(request)
            .await?
            .permissions
            .unwrap())
    }

    async fn permit(&self, ca: &str) -> Outcome<()> {
        let principal = "acm.amazonaws.com".to_string();
        let actions = ["GetCertificate", "IssueCertificate", "ListPermissions"];
        self.pca
            .create_permission(CreatePermissionRequest {
                certificate_authority_arn: ca.into(),
                principal: principal.clone(),
                actions: actions.map(String::from).into(),
                ..Default::default()
            })
            .await?;
        done("create a permission");
        let mut permissions = self.permissions(ca).await?;
        assert_eq!(permissions.len(), 1);
        assert_eq!(sorted(permissions.remove(0).actions.unwrap()), actions);
        done("list the permissions");
        self.pca
            .delete_permission(DeletePermissionRequest {
                certificate_authority_arn: ca.into(),
                principal,
                ..Default::default()
            })
            .await?;
        assert!(self.permissions(ca).await?.is_empty());
        done("delete the permission");
        Ok(())
    }

    async fn audit(&self, ca: &str, certificate: &str) -> Outcome<()> {
        let created = self
            .pca
            .create_certificate_authority_audit_report(
                CreateCertificateAuthorityAuditReportRequest {
                    certificate_authority_arn: ca.into(),
                    s3_bucket_name: BUCKET.into(),
                    audit_report_response_format: "JSON".into(),
                },
            )
            .await?;
        done("create an audit report");
        let described = self
            .pca
            .describe_certificate_authority_audit_report(
                DescribeCertificateAuthorityAuditReportRequest {
                    certificate_authority_arn: ca.into(),
                    audit_report_id: created.audit_report_id.unwrap(),
                },
            )
            .await?;
        assert_eq!(described.audit_report_status.as_deref(), Some("SUCCESS"));
        done("wait for the audit report");
        assert_eq!(described.s3_bucket_name.as_deref(), Some(BUCKET));
        assert_eq!(described.s3_key, created.s3_key);
        done("describe the audit report");
        let host = self.endpoint.strip_prefix("http://").unwrap();
        let key = created.s3_key.unwrap();
        let reader = env::var("READER_AUTHORIZATION")?;
        let mut connection = TcpStream::connect(host)?;
        write!(
            connection,
            "GET /{BUCKET}/{key} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {reader}\r\n\
             Connection: close\r\n\r\n"
        )?;
        let mut response = String::new();
        connection.read_to_string(&mut response)?;
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        assert!(
            response.contains(&format!("\"{certificate}\"")),
            "{response}"
        );
        done("fetch the audit report");
        Ok(())
    }

    async fn end(&self, ca: &str, certificate: &str, csr: &Bytes) -> Outcome<()> {
        self.update(ca, "DISABLED").await?;
        done("disable the CA");
        refused(
            self.issue(ca, csr, "EndEntityCertificate", 30).await,
            |error| matches!(error, IssueCertificateError::InvalidState(_)),
        );
        done("be refused a certificate");
        self.update(ca, "ACTIVE").await?;
        done("activate the CA");

        let revocation = RevokeCertificateRequest {
            certificate_authority_arn: ca.into(),
            certificate_serial: certificate.rsplit('/').next().unwrap().into(),
            revocation_reason: "SUPERSEDED".into(),
        };
        self.pca.revoke_certificate(revocation.clone()).await?;
        done("revoke the certificate");
        refused(self.pca.revoke_certificate(revocation).await, |error| {
            matches!(error, RevokeCertificateError::RequestAlreadyProcessed(_))
        });
        done("be refused to revoke it twice");

        self.update(ca, "DISABLED").await?;
        self.pca
            .delete_certificate_authority(DeleteCertificateAuthorityRequest {
                certificate_authority_arn: ca.into(),
                permanent_deletion_time_in_days: Some(7),
            })
            .await?;
        self.expect_status(ca, "DELETED").await?;
        assert!(self.describe(ca).await?.restorable_until > Some(self.now + 6.0 * DAY));
        done("delete the CA");
        self.pca
            .restore_certificate_authority(RestoreCertificateAuthorityRequest {
                certificate_authority_arn: ca.into(),
            })
            .await?;
        self.expect_status(ca, "DISABLED").await?;
        done("restore the CA");
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let endpoint = env::var("AWS_ENDPOINT_URL")?;
    let region = Region::Custom {
        name: env::var("AWS_REGION")?,
        endpoint: endpoint.clone(),
    };
    // The connector that rusoto has by itself refuses an address without TLS.
    let http = HttpClient::from_connector(HttpConnector::new());
    let pca = AcmPcaClient::new_with(http, EnvironmentProvider::default(), region);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    Story { pca, endpoint, now }.tell().await
}
