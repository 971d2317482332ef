// The story of ../README.md, told with the AWS SDK for Java 2.x.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acmpca.AcmPcaClient;
import software.amazon.awssdk.services.acmpca.model.ActionType;
import software.amazon.awssdk.services.acmpca.model.AuditReportResponseFormat;
import software.amazon.awssdk.services.acmpca.model.CertificateAuthority;
import software.amazon.awssdk.services.acmpca.model.CertificateAuthorityStatus;
import software.amazon.awssdk.services.acmpca.model.CertificateAuthorityType;
import software.amazon.awssdk.services.acmpca.model.GetCertificateResponse;
import software.amazon.awssdk.services.acmpca.model.InvalidStateException;
import software.amazon.awssdk.services.acmpca.model.KeyAlgorithm;
import software.amazon.awssdk.services.acmpca.model.Permission;
import software.amazon.awssdk.services.acmpca.model.RequestAlreadyProcessedException;
import software.amazon.awssdk.services.acmpca.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acmpca.model.RevocationReason;
import software.amazon.awssdk.services.acmpca.model.SigningAlgorithm;
import software.amazon.awssdk.services.acmpca.model.Tag;
import software.amazon.awssdk.services.acmpca.model.ValidityPeriodType;

public final class Story {
  private static final String BUCKET = "reports";
  private static final AcmPcaClient pca = AcmPcaClient.create();

  private static void done(String step) {
    System.out.println("ok " + step);
  }

  private static void check(boolean holds, Object what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** Ends the story unless the call meets an error of just this class. */
  private static void refused(Class<? extends Exception> error, Runnable call) {
    try {
      call.run();
    } catch (Exception e) {
      check(error.isInstance(e), e);
      return;
    }
    throw new AssertionError("no " + error.getSimpleName());
  }

  private static String create(CertificateAuthorityType type, String name) {
    return pca.createCertificateAuthority(r -> r
            .certificateAuthorityType(type)
            .certificateAuthorityConfiguration(c -> c
                .keyAlgorithm(KeyAlgorithm.EC_PRIME256_V1)
                .signingAlgorithm(SigningAlgorithm.SHA256_WITHECDSA)
                .subject(s -> s.organization("Example").commonName(name)))
            .idempotencyToken(type.toString()))
        .certificateAuthorityArn();
  }

  private static SdkBytes waitForCsr(String ca) {
    try (var waiter = pca.waiter()) {
      return SdkBytes.fromUtf8String(waiter
          .waitUntilCertificateAuthorityCSRCreated(r -> r.certificateAuthorityArn(ca))
          .matched().response().orElseThrow().csr());
    }
  }

  private static String issue(String ca, SdkBytes csr, String template, long days) {
    return pca.issueCertificate(r -> r
            .certificateAuthorityArn(ca)
            .csr(csr)
            .signingAlgorithm(SigningAlgorithm.SHA256_WITHECDSA)
            .templateArn("arn:aws:acm-pca:::template/" + template + "/V1")
            .validity(v -> v.type(ValidityPeriodType.DAYS).value(days)))
        .certificateArn();
  }

  private static GetCertificateResponse waitFor(String certificate, String ca) {
    try (var waiter = pca.waiter()) {
      return waiter
          .waitUntilCertificateIssued(r -> r
              .certificateAuthorityArn(ca).certificateArn(certificate))
          .matched().response().orElseThrow();
    }
  }

  private static void importInto(String ca, GetCertificateResponse issued) {
    final String chain = issued.certificateChain();
    pca.importCertificateAuthorityCertificate(r -> r
        .certificateAuthorityArn(ca)
        .certificate(SdkBytes.fromUtf8String(issued.certificate()))
        .certificateChain(chain == null ? null : SdkBytes.fromUtf8String(chain)));
  }

  private static CertificateAuthority describe(String ca) {
    return pca.describeCertificateAuthority(r -> r.certificateAuthorityArn(ca))
        .certificateAuthority();
  }

  private static void update(String ca, CertificateAuthorityStatus status) {
    pca.updateCertificateAuthority(r -> r.certificateAuthorityArn(ca).status(status));
    check(describe(ca).status() == status, status);
  }

  public static void main(String[] args) throws Exception {
    final String root = create(CertificateAuthorityType.ROOT, "Story Root");
    done("create the root CA");
    SdkBytes csr = waitForCsr(root);
    done("wait for the root's CSR");
    String certificate = issue(root, csr, "RootCACertificate", 3650);
    done("issue the root's certificate");
    importInto(root, waitFor(certificate, root));
    done("import the root's certificate");

    final String ca = create(CertificateAuthorityType.SUBORDINATE, "Story Subordinate");
    done("create the subordinate CA");
    csr = waitForCsr(ca);
    done("wait for the subordinate's CSR");
    certificate = issue(root, csr, "SubordinateCACertificate_PathLen0", 1825);
    done("issue the subordinate's certificate");
    importInto(ca, waitFor(certificate, root));
    done("import the subordinate's certificate");
    final CertificateAuthority described = describe(ca);
    final Instant now = Instant.now();
    check(described.status() == CertificateAuthorityStatus.ACTIVE, described);
    check(described.notBefore().isBefore(now) && described.notAfter().isAfter(now), described);
    check(Duration.between(described.createdAt(), now).abs().toHours() < 1, described);
    done("describe the subordinate CA");

    csr = SdkBytes.fromByteArray(Files.readAllBytes(Path.of("end_entity.csr")));
    certificate = issue(ca, csr, "EndEntityCertificate", 30);
    done("issue a certificate");
    final GetCertificateResponse issued = waitFor(certificate, ca);
    done("wait for the certificate");
    Files.writeString(Path.of("certificate.pem"), issued.certificate() + "\n");
    Files.writeString(Path.of("chain.pem"), issued.certificateChain() + "\n");
    done("get the certificate");

    label(ca);
    final Set<String> authorities =
        pca.listCertificateAuthoritiesPaginator(r -> r.maxResults(1))
            .certificateAuthorities().stream()
            .map(CertificateAuthority::arn).collect(Collectors.toSet());
    check(authorities.equals(Set.of(root, ca)), authorities);
    done("list the CAs page by page");
    share(ca);
    permit(ca);
    audit(ca, certificate);
    end(ca, certificate, csr);
  }

  private static void label(String ca) {
    final Tag stage = Tag.builder().key("stage").value("test").build();
    final Tag empty = Tag.builder().key("empty").value("").build();
    pca.tagCertificateAuthority(r -> r.certificateAuthorityArn(ca).tags(stage, empty));
    done("tag the CA");
    final var tags = pca.listTagsPaginator(r -> r.certificateAuthorityArn(ca).maxResults(1))
        .tags();
    check(tags.stream().collect(Collectors.toSet()).equals(Set.of(stage, empty)), tags);
    done("list its tags");
    pca.untagCertificateAuthority(r -> r.certificateAuthorityArn(ca).tags(stage));
    final var left = pca.listTags(r -> r.certificateAuthorityArn(ca)).tags();
    check(left.size() == 1 && left.contains(empty), left);
    done("untag the CA");
  }

  private static void share(String ca) throws Exception {
    final String policy = Files.readString(Path.of("policy.json")).replace("CA_ARN", ca);
    pca.putPolicy(r -> r.resourceArn(ca).policy(policy));
    done("put a policy");
    check(pca.getPolicy(r -> r.resourceArn(ca)).policy().equals(policy), policy);
    done("get the policy");
    pca.deletePolicy(r -> r.resourceArn(ca));
    done("delete the policy");
    refused(ResourceNotFoundException.class, () -> pca.getPolicy(r -> r.resourceArn(ca)));
    done("miss the policy");
  }

  private static void permit(String ca) {
    final String principal = "acm.amazonaws.com";
    final Set<ActionType> actions = ActionType.knownValues();
    pca.createPermission(r -> r
        .certificateAuthorityArn(ca).principal(principal).actions(actions));
    done("create a permission");
    final var permissions =
        pca.listPermissionsPaginator(r -> r.certificateAuthorityArn(ca).maxResults(1))
            .permissions().stream().toList();
    check(permissions.size() == 1, permissions);
    final Permission permission = permissions.get(0);
    check(Set.copyOf(permission.actions()).equals(actions), permission);
    done("list the permissions");
    pca.deletePermission(r -> r.certificateAuthorityArn(ca).principal(principal));
    final var none = pca.listPermissions(r -> r.certificateAuthorityArn(ca));
    check(none.hasPermissions() && none.permissions().isEmpty(), none);
    done("delete the permission");
  }

  private static void audit(String ca, String certificate) throws Exception {
    final var created = pca.createCertificateAuthorityAuditReport(r -> r
        .certificateAuthorityArn(ca)
        .s3BucketName(BUCKET)
        .auditReportResponseFormat(AuditReportResponseFormat.JSON));
    final String report = created.auditReportId();
    done("create an audit report");
    try (var waiter = pca.waiter()) {
      waiter.waitUntilAuditReportCreated(r -> r
          .certificateAuthorityArn(ca).auditReportId(report));
    }
    done("wait for the audit report");
    final var described = pca.describeCertificateAuthorityAuditReport(r -> r
        .certificateAuthorityArn(ca).auditReportId(report));
    check(described.s3BucketName().equals(BUCKET), described);
    check(described.s3Key().equals(created.s3Key()), described);
    done("describe the audit report");
    final URI uri = URI.create(String.join(
        "/", System.getenv("AWS_ENDPOINT_URL"), BUCKET, created.s3Key()));
    final var response = HttpClient.newHttpClient().send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", System.getenv("READER_AUTHORIZATION")).build(),
        HttpResponse.BodyHandlers.ofString());
    check(response.statusCode() == 200, response);
    check(response.body().contains('"' + certificate + '"'), response.body());
    done("fetch the audit report");
  }

  private static void end(String ca, String certificate, SdkBytes csr) {
    update(ca, CertificateAuthorityStatus.DISABLED);
    done("disable the CA");
    refused(InvalidStateException.class, () -> issue(ca, csr, "EndEntityCertificate", 30));
    done("be refused a certificate");
    update(ca, CertificateAuthorityStatus.ACTIVE);
    done("activate the CA");

    final Runnable revoke = () -> pca.revokeCertificate(r -> r
        .certificateAuthorityArn(ca)
        .certificateSerial(certificate.substring(certificate.lastIndexOf('/') + 1))
        .revocationReason(RevocationReason.SUPERSEDED));
    revoke.run();
    done("revoke the certificate");
    refused(RequestAlreadyProcessedException.class, revoke);
    done("be refused to revoke it twice");

    update(ca, CertificateAuthorityStatus.DISABLED);
    pca.deleteCertificateAuthority(r -> r
        .certificateAuthorityArn(ca).permanentDeletionTimeInDays(7));
    final CertificateAuthority deleted = describe(ca);
    check(deleted.status() == CertificateAuthorityStatus.DELETED, deleted);
    check(Duration.between(Instant.now(), deleted.restorableUntil()).toDays() >= 6, deleted);
    done("delete the CA");
    pca.restoreCertificateAuthority(r -> r.certificateAuthorityArn(ca));
    check(describe(ca).status() == CertificateAuthorityStatus.DISABLED, ca);
    done("restore the CA");
  }
}
