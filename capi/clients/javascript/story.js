// The story of ../README.md, told with the AWS SDK for JavaScript.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

import * as acmpca from "@aws-sdk/client-acm-pca";

const DAY = 24 * 60 * 60 * 1000;
const BUCKET = "reports";

const client = new acmpca.ACMPCAClient({});
const waiting = { client, maxWaitTime: 60 };

const done = (step) => console.log("ok", step);
const send = (operation, input) =>
  client.send(new acmpca[`${operation}Command`](input));

async function create(kind, name) {
  const created = await send("CreateCertificateAuthority", {
    CertificateAuthorityType: kind,
    CertificateAuthorityConfiguration: {
      KeyAlgorithm: "EC_prime256v1",
      SigningAlgorithm: "SHA256WITHECDSA",
      Subject: { Organization: "Example", CommonName: name },
    },
    IdempotencyToken: name.split(" ")[1],
  });
  return created.CertificateAuthorityArn;
}

async function waitForCsr(ca) {
  const input = { CertificateAuthorityArn: ca };
  await acmpca.waitUntilCertificateAuthorityCSRCreated(waiting, input);
  const { Csr } = await send("GetCertificateAuthorityCsr", input);
  return Buffer.from(Csr);
}

async function issue(ca, csr, template, days) {
  const issued = await send("IssueCertificate", {
    CertificateAuthorityArn: ca,
    Csr: csr,
    SigningAlgorithm: "SHA256WITHECDSA",
    TemplateArn: `arn:aws:acm-pca:::template/${template}/V1`,
    Validity: { Type: "DAYS", Value: days },
  });
  return issued.CertificateArn;
}

async function waitFor(certificate, ca) {
  const input = { CertificateAuthorityArn: ca, CertificateArn: certificate };
  await acmpca.waitUntilCertificateIssued(waiting, input);
  return send("GetCertificate", input);
}

async function importInto(ca, issued) {
  await send("ImportCertificateAuthorityCertificate", {
    CertificateAuthorityArn: ca,
    Certificate: Buffer.from(issued.Certificate),
    CertificateChain:
      issued.CertificateChain && Buffer.from(issued.CertificateChain),
  });
}

async function describe(ca) {
  const input = { CertificateAuthorityArn: ca };
  return (await send("DescribeCertificateAuthority", input))
    .CertificateAuthority;
}

async function update(ca, status) {
  await send("UpdateCertificateAuthority", {
    CertificateAuthorityArn: ca,
    Status: status,
  });
  assert.equal((await describe(ca)).Status, status);
}

async function listAll(operation, member, input) {
  const items = [];
  const paginate = acmpca[`paginate${operation}`];
  for await (const page of paginate({ client, pageSize: 1 }, input)) {
    assert.ok(page[member].length <= 1);
    items.push(...page[member]);
  }
  return items;
}

const root = await create("ROOT", "Story Root");
done("create the root CA");
let csr = await waitForCsr(root);
done("wait for the root's CSR");
let certificate = await issue(root, csr, "RootCACertificate", 3650);
done("issue the root's certificate");
await importInto(root, await waitFor(certificate, root));
done("import the root's certificate");

const ca = await create("SUBORDINATE", "Story Subordinate");
const ofCa = { CertificateAuthorityArn: ca };
done("create the subordinate CA");
csr = await waitForCsr(ca);
done("wait for the subordinate's CSR");
certificate = await issue(
  root, csr, "SubordinateCACertificate_PathLen0", 1825);
done("issue the subordinate's certificate");
await importInto(ca, await waitFor(certificate, root));
done("import the subordinate's certificate");

let described = await describe(ca);
assert.equal(described.Status, "ACTIVE");
assert.ok(described.NotBefore < new Date());
assert.ok(described.NotAfter > new Date());
assert.ok(Math.abs(described.CreatedAt - new Date()) < DAY);
done("describe the subordinate CA");

csr = await readFile("end_entity.csr");
certificate = await issue(ca, csr, "EndEntityCertificate", 30);
done("issue a certificate");
const issued = await waitFor(certificate, ca);
done("wait for the certificate");
await writeFile("certificate.pem", `${issued.Certificate}\n`);
await writeFile("chain.pem", `${issued.CertificateChain}\n`);
done("get the certificate");

const byKey = (a, b) => a.Key.localeCompare(b.Key);
const tags = [{ Key: "empty", Value: "" }, { Key: "stage", Value: "test" }];
await send("TagCertificateAuthority", { ...ofCa, Tags: tags });
done("tag the CA");
const listed = await listAll("ListTags", "Tags", ofCa);
assert.deepEqual(listed.sort(byKey), tags);
done("list its tags");
await send("UntagCertificateAuthority", { ...ofCa, Tags: [tags[0]] });
assert.deepEqual((await send("ListTags", ofCa)).Tags, [tags[1]]);
done("untag the CA");

const authorities = await listAll(
  "ListCertificateAuthorities", "CertificateAuthorities", {});
assert.deepEqual(
  new Set(authorities.map(({ Arn }) => Arn)), new Set([root, ca]));
done("list the CAs page by page");

const Policy = (await readFile("policy.json", "ascii")).replaceAll(
  "CA_ARN", ca);
await send("PutPolicy", { ResourceArn: ca, Policy });
done("put a policy");
assert.equal((await send("GetPolicy", { ResourceArn: ca })).Policy, Policy);
done("get the policy");
await send("DeletePolicy", { ResourceArn: ca });
done("delete the policy");
await assert.rejects(
  send("GetPolicy", { ResourceArn: ca }), acmpca.ResourceNotFoundException);
done("miss the policy");

const permission = { ...ofCa, Principal: "acm.amazonaws.com" };
const Actions = ["GetCertificate", "IssueCertificate", "ListPermissions"];
await send("CreatePermission", { ...permission, Actions });
done("create a permission");
const [permitted] = await listAll("ListPermissions", "Permissions", ofCa);
assert.deepEqual(permitted.Actions.sort(), Actions);
done("list the permissions");
await send("DeletePermission", permission);
assert.deepEqual((await send("ListPermissions", ofCa)).Permissions, []);
done("delete the permission");

const { AuditReportId, S3Key } = await send(
  "CreateCertificateAuthorityAuditReport",
  { ...ofCa, S3BucketName: BUCKET, AuditReportResponseFormat: "JSON" });
done("create an audit report");
const report = { ...ofCa, AuditReportId };
await acmpca.waitUntilAuditReportCreated(waiting, report);
done("wait for the audit report");
described = await send("DescribeCertificateAuthorityAuditReport", report);
assert.equal(described.S3BucketName, BUCKET);
assert.equal(described.S3Key, S3Key);
done("describe the audit report");
const response = await fetch(
  `${process.env.AWS_ENDPOINT_URL}/${BUCKET}/${S3Key}`,
  { headers: { authorization: process.env.READER_AUTHORIZATION } });
const rows = await response.json();
assert.ok(rows.some(({ certificateArn }) => certificateArn === certificate));
done("fetch the audit report");

await update(ca, "DISABLED");
done("disable the CA");
await assert.rejects(
  issue(ca, csr, "EndEntityCertificate", 30), acmpca.InvalidStateException);
done("be refused a certificate");
await update(ca, "ACTIVE");
done("activate the CA");

const revocation = {
  ...ofCa,
  CertificateSerial: certificate.split("/").at(-1),
  RevocationReason: "SUPERSEDED",
};
await send("RevokeCertificate", revocation);
done("revoke the certificate");
await assert.rejects(
  send("RevokeCertificate", revocation),
  acmpca.RequestAlreadyProcessedException);
done("be refused to revoke it twice");

await update(ca, "DISABLED");
await send(
  "DeleteCertificateAuthority", { ...ofCa, PermanentDeletionTimeInDays: 7 });
described = await describe(ca);
assert.equal(described.Status, "DELETED");
assert.ok(described.RestorableUntil - new Date() > 6 * DAY);
done("delete the CA");
await send("RestoreCertificateAuthority", ofCa);
assert.equal((await describe(ca)).Status, "DISABLED");
done("restore the CA");
