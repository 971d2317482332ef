"""The story of ../README.md, told with boto3."""

import datetime
import json

import boto3

NOW = datetime.datetime.now(datetime.timezone.utc)
BUCKET = "reports"

pca = boto3.client("acm-pca")
errors = pca.exceptions


def done(step):
    print("ok", step, flush=True)


def refused(error, call, **request):
    """Checks that a call meets an error of just this class."""
    try:
        call(**request)
    except error:
        return
    raise AssertionError(f"{call.__name__} was not refused")


def create(kind, name):
    return pca.create_certificate_authority(
        CertificateAuthorityType=kind,
        CertificateAuthorityConfiguration={
            "KeyAlgorithm": "EC_prime256v1",
            "SigningAlgorithm": "SHA256WITHECDSA",
            "Subject": {"Organization": "Example", "CommonName": name},
        },
        IdempotencyToken=name.split()[1],
    )["CertificateAuthorityArn"]


def wait_for_csr(ca):
    pca.get_waiter("certificate_authority_csr_created").wait(
        CertificateAuthorityArn=ca)
    csr = pca.get_certificate_authority_csr(CertificateAuthorityArn=ca)["Csr"]
    return csr.encode()


def issue(ca, csr, template, days):
    return pca.issue_certificate(
        CertificateAuthorityArn=ca,
        Csr=csr,
        SigningAlgorithm="SHA256WITHECDSA",
        TemplateArn=f"arn:aws:acm-pca:::template/{template}/V1",
        Validity={"Type": "DAYS", "Value": days},
    )["CertificateArn"]


def wait_for(certificate, ca):
    names = {"CertificateAuthorityArn": ca, "CertificateArn": certificate}
    pca.get_waiter("certificate_issued").wait(**names)
    return pca.get_certificate(**names)


def import_into(ca, issued):
    chain = issued.get("CertificateChain")
    pca.import_certificate_authority_certificate(
        CertificateAuthorityArn=ca,
        Certificate=issued["Certificate"],
        **({"CertificateChain": chain} if chain else {}),
    )


def describe(ca):
    return pca.describe_certificate_authority(
        CertificateAuthorityArn=ca)["CertificateAuthority"]


def update(ca, status):
    pca.update_certificate_authority(CertificateAuthorityArn=ca, Status=status)
    assert describe(ca)["Status"] == status


def list_all(operation, member, **request):
    pages = list(pca.get_paginator(operation).paginate(
        PaginationConfig={"PageSize": 1}, **request))
    assert all(len(page[member]) <= 1 for page in pages)
    return [item for page in pages for item in page[member]]


root = create("ROOT", "Story Root")
done("create the root CA")
csr = wait_for_csr(root)
done("wait for the root's CSR")
certificate = issue(root, csr, "RootCACertificate", 3650)
done("issue the root's certificate")
import_into(root, wait_for(certificate, root))
done("import the root's certificate")

ca = create("SUBORDINATE", "Story Subordinate")
done("create the subordinate CA")
csr = wait_for_csr(ca)
done("wait for the subordinate's CSR")
certificate = issue(root, csr, "SubordinateCACertificate_PathLen0", 1825)
done("issue the subordinate's certificate")
import_into(ca, wait_for(certificate, root))
done("import the subordinate's certificate")

described = describe(ca)
assert described["Status"] == "ACTIVE"
assert described["NotBefore"] < NOW < described["NotAfter"]
assert abs(described["CreatedAt"] - NOW) < datetime.timedelta(hours=1)
done("describe the subordinate CA")

with open("end_entity.csr", "rb") as file:
    csr = file.read()
certificate = issue(ca, csr, "EndEntityCertificate", 30)
done("issue a certificate")
issued = wait_for(certificate, ca)
done("wait for the certificate")
for name, pem in (("certificate.pem", issued["Certificate"]),
                  ("chain.pem", issued["CertificateChain"])):
    with open(name, "w", encoding="ascii") as file:
        file.write(pem + "\n")
done("get the certificate")

tags = [{"Key": "stage", "Value": "test"}, {"Key": "empty", "Value": ""}]
pca.tag_certificate_authority(CertificateAuthorityArn=ca, Tags=tags)
done("tag the CA")
listed = list_all("list_tags", "Tags", CertificateAuthorityArn=ca)
assert sorted(listed, key=str) == sorted(tags, key=str), listed
done("list its tags")
pca.untag_certificate_authority(CertificateAuthorityArn=ca, Tags=tags[:1])
assert pca.list_tags(CertificateAuthorityArn=ca)["Tags"] == tags[1:]
done("untag the CA")

authorities = list_all("list_certificate_authorities", "CertificateAuthorities")
assert {authority["Arn"] for authority in authorities} == {root, ca}
done("list the CAs page by page")

with open("policy.json", encoding="ascii") as file:
    policy = file.read().replace("CA_ARN", ca)
pca.put_policy(ResourceArn=ca, Policy=policy)
done("put a policy")
assert pca.get_policy(ResourceArn=ca)["Policy"] == policy
done("get the policy")
pca.delete_policy(ResourceArn=ca)
done("delete the policy")
refused(errors.ResourceNotFoundException, pca.get_policy, ResourceArn=ca)
done("miss the policy")

actions = ["IssueCertificate", "GetCertificate", "ListPermissions"]
permission = {"CertificateAuthorityArn": ca, "Principal": "acm.amazonaws.com"}
pca.create_permission(Actions=actions, **permission)
done("create a permission")
[listed] = list_all("list_permissions", "Permissions",
                    CertificateAuthorityArn=ca)
assert sorted(listed["Actions"]) == sorted(actions)
done("list the permissions")
pca.delete_permission(**permission)
assert not pca.list_permissions(CertificateAuthorityArn=ca)["Permissions"]
done("delete the permission")

created = pca.create_certificate_authority_audit_report(
    CertificateAuthorityArn=ca, S3BucketName=BUCKET,
    AuditReportResponseFormat="JSON")
report = {"CertificateAuthorityArn": ca,
          "AuditReportId": created["AuditReportId"]}
done("create an audit report")
pca.get_waiter("audit_report_created").wait(**report)
done("wait for the audit report")
described = pca.describe_certificate_authority_audit_report(**report)
assert described["S3Key"] == created["S3Key"]
assert described["S3BucketName"] == BUCKET
done("describe the audit report")
report = boto3.client("s3").get_object(Bucket=BUCKET, Key=created["S3Key"])
rows = json.load(report["Body"])
assert certificate in [row["certificateArn"] for row in rows]
done("fetch the audit report")

update(ca, "DISABLED")
done("disable the CA")
refused(errors.InvalidStateException, issue, ca=ca, csr=csr,
        template="EndEntityCertificate", days=30)
done("be refused a certificate")
update(ca, "ACTIVE")
done("activate the CA")

revocation = {"CertificateAuthorityArn": ca,
              "CertificateSerial": certificate.rpartition("/")[2],
              "RevocationReason": "SUPERSEDED"}
pca.revoke_certificate(**revocation)
done("revoke the certificate")
refused(errors.RequestAlreadyProcessedException, pca.revoke_certificate,
        **revocation)
done("be refused to revoke it twice")

update(ca, "DISABLED")
pca.delete_certificate_authority(CertificateAuthorityArn=ca,
                                 PermanentDeletionTimeInDays=7)
described = describe(ca)
assert described["Status"] == "DELETED"
assert described["RestorableUntil"] > NOW + datetime.timedelta(days=6)
done("delete the CA")
pca.restore_certificate_authority(CertificateAuthorityArn=ca)
assert describe(ca)["Status"] == "DISABLED"
done("restore the CA")
