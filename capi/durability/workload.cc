// The table of work, and the steps that its lines are made of.
#include "capi/durability/workload.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "pki/base/status.h"
#include "pki/base/timestamp.h"
#include "pki/testing/read_crl_with_boringssl.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/pem.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

constexpr size_t kKeySize = 32;
constexpr size_t kSerialDigits = 32;
constexpr uint32_t kTokenWindowSeconds = 365 * 86400;
constexpr absl::string_view kLabels[] = {"CERTIFICATE"};
constexpr int kLeafDays = 30;
// Renewed certificates differ in their ends: of roots, and of those below,
// which must end earlier.
constexpr int kRootDays = 3650;
constexpr int kSubordinateDays = 365;
constexpr int kMoreDays = 1000;
constexpr uint64_t kMaxBatch = 24;
constexpr int kCrlDays = 7;
constexpr const char* kBuckets[] = {"bucket", "other", "third"};
// Partitioned CRLs are many.
constexpr uint64_t kPartitionedOneIn = 20;
constexpr uint64_t kMaxTags = 20;
constexpr int kPresigned = 3;
constexpr char kPrincipal[] = "acm.amazonaws.com";
constexpr char kReports[] = "reports";
constexpr char kOtherAccount[] = "777788889999";
constexpr char kNoAuthority[] =
    "arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/"
    "00000000-0000-4000-8000-000000000000";

Bytes DerOf(absl::string_view pem) {
  const auto blocks = DecodePem(pem, kLabels);
  return blocks.has_value() && blocks->size() == 1 ? blocks->front() : Bytes();
}

// The CA's part of the ARN of a certificate.
std::string CaOf(absl::string_view certificate) {
  return std::string(certificate.substr(0, certificate.find("/certificate/")));
}

std::string TemplateArnOf(absl::string_view name) {
  return absl::StrCat("arn:aws:acm-pca:::template/", name, "/V1");
}

template <typename T>
std::optional<T> PickOf(const std::vector<T>& all, uint64_t random) {
  if (all.empty()) return std::nullopt;
  return all[random % all.size()];
}

// What an answer says of its request.
Bytes IfToken(const v1::IssueCertificateRequest& request) {
  return request.has_idempotency_token() ? request.SerializeAsString() : "";
}

absl::Status StatusOf(const v1::Refusal& refusal) {
  v1::Reason reason = v1::REASON_INTERNAL;
  v1::Reason_Parse(refusal.reason(), &reason);
  return Refuse(reason, refusal.field(), refusal.message());
}

v1::CrlConfiguration CrlsAt(absl::string_view bucket, v1::CrlType type) {
  v1::CrlConfiguration crl;
  crl.set_enabled(true);
  crl.set_expiration_in_days(kCrlDays);
  crl.set_s3_bucket_name(std::string(bucket));
  crl.set_crl_type(type);
  return crl;
}

// As in keys, from digits without leading zeros.
std::string Padded(absl::string_view digits) {
  return absl::StrCat(std::string(kSerialDigits - digits.size(), '0'), digits);
}

template <typename Request>
Request OfCa(const std::string& ca) {
  Request request;
  request.set_certificate_authority_arn(ca);
  return request;
}

}  // namespace

Bytes KeyEncryptionKey(int number) {
  return Bytes(kKeySize, static_cast<char>('A' + number % 64));
}

v1::EngineConfiguration DurableConfiguration(absl::string_view store_file,
                                             int key_number) {
  v1::EngineConfiguration configuration;
  configuration.set_store_file(std::string(store_file));
  configuration.set_key_encryption_key(KeyEncryptionKey(key_number));
  configuration.set_idempotency_window_seconds(kTokenWindowSeconds);
  configuration.set_threads(2);
  configuration.set_ocsp_signer(v1::OCSP_SIGNER_DELEGATE);
  return configuration;
}

absl::StatusOr<std::unique_ptr<AbiClient>> OpenAfterCrash(
    v1::EngineConfiguration configuration, int* key_number,
    const pki_host* host) {
  configuration.set_key_encryption_key(KeyEncryptionKey(*key_number));
  auto client = AbiClient::Open(configuration, host);
  if (client.ok()) return client;
  configuration.set_key_encryption_key(KeyEncryptionKey(*key_number + 1));
  auto with_next = AbiClient::Open(configuration, host);
  if (!with_next.ok()) return client;
  ++*key_number;
  return with_next;
}

std::string SerialOf(ByteView integer) {
  const std::string digits =
      absl::StrCat(std::string(kSerialDigits, '0'), Hex(integer));
  return digits.substr(digits.size() - kSerialDigits);
}

World::World(absl::string_view store_file, int key_number, JumpingClock* clock)
    : store_file_(store_file),
      csr_(TestCsr(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1), "nobody")),
      clock_(clock),
      key_number_(key_number) {}

void World::Add(Authority authority) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (authority.type == v1::CERTIFICATE_AUTHORITY_TYPE_ROOT) {
    roots_.push_back(authority.arn);
  }
  authorities_.push_back(std::move(authority));
}

void World::AddCertificate(const std::string& arn) {
  const std::lock_guard<std::mutex> lock(mutex_);
  certificates_.push_back(arn);
}

void World::AddRevoked(const std::string& ca, const std::string& certificate) {
  const std::lock_guard<std::mutex> lock(mutex_);
  revoked_[ca].push_back(certificate);
}

void World::AddTokenRequest(const v1::IssueCertificateRequest& request) {
  const std::lock_guard<std::mutex> lock(mutex_);
  token_requests_.push_back(request);
}

std::vector<std::string> World::RevokedOf(const std::string& ca) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return revoked_[ca];
}

std::optional<World::Authority> World::PickAuthority(uint64_t random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return PickOf(authorities_, random);
}

std::optional<std::string> World::PickRoot(uint64_t random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return PickOf(roots_, random);
}

std::optional<std::string> World::PickCertificate(uint64_t random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return PickOf(certificates_, random);
}

std::optional<v1::IssueCertificateRequest> World::PickTokenRequest(
    uint64_t random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return PickOf(token_requests_, random);
}

absl::Status World::NextKey(const std::function<absl::Status(int)>& rewrap) {
  const std::lock_guard<std::mutex> lock(key_mutex_);
  PKI_RETURN_IF_ERROR(rewrap(key_number_ + 1));
  ++key_number_;
  return absl::OkStatus();
}

absl::StatusOr<World::Authority> Worker::AnyAuthority() {
  if (auto authority = world_.PickAuthority(Random())) return *authority;
  PKI_ASSIGN_OR_RETURN(std::string root, CreateRoot());
  return World::Authority{std::move(root), v1::CERTIFICATE_AUTHORITY_TYPE_ROOT};
}

absl::StatusOr<std::string> Worker::AnyRoot() {
  if (auto root = world_.PickRoot(Random())) return *root;
  return CreateRoot();
}

std::string Worker::NewToken() { return absl::StrCat(absl::Hex(Random())); }

absl::StatusOr<std::string> Worker::Create(v1::CertificateAuthorityType type) {
  v1::CreateCertificateAuthorityRequest request;
  request.set_certificate_authority_type(type);
  auto& configuration = *request.mutable_certificate_authority_configuration();
  configuration.set_key_algorithm(v1::KEY_ALGORITHM_EC_PRIME256V1);
  configuration.set_signing_algorithm(v1::SIGNING_ALGORITHM_SHA256WITHECDSA);
  configuration.mutable_subject()->set_common_name(
      absl::StrCat("CA ", absl::Hex(Random())));
  request.mutable_revocation_configuration()
      ->mutable_ocsp_configuration()
      ->set_enabled(true);
  *request.mutable_revocation_configuration()->mutable_crl_configuration() =
      CrlsAt(kBuckets[0], Random() % kPartitionedOneIn == 0
                              ? v1::CRL_TYPE_PARTITIONED
                              : v1::CRL_TYPE_COMPLETE);
  request.set_idempotency_token(NewToken());
  return CreateWithToken(request);
}

absl::StatusOr<std::string> Worker::CreateWithToken(
    const v1::CreateCertificateAuthorityRequest& request) {
  PKI_ASSIGN_OR_RETURN(const auto created,
                       Call<v1::CreateCertificateAuthorityResponse>(request));
  const std::string& ca = created.certificate_authority_arn();
  sink_({"CreateCertificateAuthority", ca, true, "",
         request.SerializeAsString()});
  return ca;
}

absl::StatusOr<std::string> Worker::CreateRoot() {
  PKI_ASSIGN_OR_RETURN(std::string ca,
                       Create(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT));
  PKI_RETURN_IF_ERROR(Adopt(ca));
  return ca;
}

absl::StatusOr<std::string> Worker::CreateSubordinate() {
  PKI_ASSIGN_OR_RETURN(std::string ca,
                       Create(v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE));
  PKI_RETURN_IF_ERROR(Adopt(ca));
  return ca;
}

absl::Status Worker::Adopt(const std::string& ca) {
  PKI_ASSIGN_OR_RETURN(World::Authority authority, Activate(ca));
  world_.Add(std::move(authority));
  return absl::OkStatus();
}

absl::StatusOr<World::Authority> Worker::Activate(const std::string& ca) {
  while (true) {
    PKI_ASSIGN_OR_RETURN(
        const auto described,
        Call<v1::DescribeCertificateAuthorityResponse>(
            OfCa<v1::DescribeCertificateAuthorityRequest>(ca)));
    const v1::CertificateAuthority& shown = described.certificate_authority();
    const World::Authority authority{ca, shown.type()};
    switch (shown.status()) {
      case v1::CERTIFICATE_AUTHORITY_STATUS_PENDING_CERTIFICATE:
        PKI_RETURN_IF_ERROR(Renew(authority).status());
        break;
      case v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED:
        PKI_RETURN_IF_ERROR(
            SetStatus(ca, v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE));
        break;
      case v1::CERTIFICATE_AUTHORITY_STATUS_DELETED:
        PKI_RETURN_IF_ERROR(
            Call<v1::RestoreCertificateAuthorityResponse>(
                OfCa<v1::RestoreCertificateAuthorityRequest>(ca))
                .status());
        break;
      default:
        return authority;
    }
  }
}

absl::Status Worker::SetStatus(const std::string& ca,
                               v1::CertificateAuthorityStatus status) {
  auto request = OfCa<v1::UpdateCertificateAuthorityRequest>(ca);
  request.set_status(status);
  return Call<v1::UpdateCertificateAuthorityResponse>(request).status();
}

absl::StatusOr<Bytes> Worker::Renew(const World::Authority& ca) {
  const bool is_root = ca.type == v1::CERTIFICATE_AUTHORITY_TYPE_ROOT;
  PKI_ASSIGN_OR_RETURN(
      const auto csr, Call<v1::GetCertificateAuthorityCsrResponse>(
                          OfCa<v1::GetCertificateAuthorityCsrRequest>(ca.arn)));
  std::string issuer = ca.arn;
  if (!is_root) {
    PKI_ASSIGN_OR_RETURN(issuer, AnyRoot());
  }
  v1::IssueCertificateRequest request = IssueRequest(issuer);
  request.set_csr(csr.csr());
  request.set_template_arn(TemplateArnOf(
      is_root ? "RootCACertificate" : "SubordinateCACertificate_PathLen0"));
  request.mutable_validity()->set_value(
      (is_root ? kRootDays : kSubordinateDays) +
      static_cast<int64_t>(Random() % kMoreDays));
  PKI_ASSIGN_OR_RETURN(const std::string arn, Issue(request));
  PKI_ASSIGN_OR_RETURN(const auto issued, Get(arn));
  auto import = OfCa<v1::ImportCertificateAuthorityCertificateRequest>(ca.arn);
  import.set_certificate(issued.certificate());
  if (issued.has_certificate_chain()) {
    import.set_certificate_chain(issued.certificate_chain());
  }
  PKI_RETURN_IF_ERROR(
      Call<v1::ImportCertificateAuthorityCertificateResponse>(import).status());
  Bytes certificate = DerOf(issued.certificate());
  sink_({"ImportCertificateAuthorityCertificate", ca.arn, false, certificate,
         ""});
  return certificate;
}

v1::IssueCertificateRequest Worker::IssueRequest(const std::string& ca) {
  auto request = OfCa<v1::IssueCertificateRequest>(ca);
  request.set_csr(world_.csr());
  request.set_signing_algorithm(v1::SIGNING_ALGORITHM_SHA256WITHECDSA);
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_DAYS);
  request.mutable_validity()->set_value(kLeafDays);
  return request;
}

absl::StatusOr<v1::GetCertificateResponse> Worker::Issue(
    const std::string& ca) {
  PKI_ASSIGN_OR_RETURN(const std::string certificate, Issue(IssueRequest(ca)));
  world_.AddCertificate(certificate);
  return Get(certificate);
}

absl::StatusOr<std::string> Worker::Issue(
    const v1::IssueCertificateRequest& request) {
  PKI_ASSIGN_OR_RETURN(const auto issued,
                       Call<v1::IssueCertificateResponse>(request));
  sink_({"IssueCertificate", issued.certificate_arn(), true, "",
         IfToken(request)});
  return issued.certificate_arn();
}

absl::StatusOr<v1::GetCertificateResponse> Worker::Get(
    const std::string& certificate) {
  auto request = OfCa<v1::GetCertificateRequest>(CaOf(certificate));
  request.set_certificate_arn(certificate);
  PKI_ASSIGN_OR_RETURN(auto got, Call<v1::GetCertificateResponse>(request));
  sink_({"GetCertificate", certificate, false, DerOf(got.certificate()), ""});
  return got;
}

absl::Status Worker::MoveCrls(const std::string& ca, v1::CrlType type) {
  auto request = OfCa<v1::UpdateCertificateAuthorityRequest>(ca);
  *request.mutable_revocation_configuration()->mutable_crl_configuration() =
      CrlsAt(kBuckets[Random() % std::size(kBuckets)], type);
  return Call<v1::UpdateCertificateAuthorityResponse>(request).status();
}

void Worker::TellOf(const v1::CrlSummary& crl, const Bytes& der) {
  // The name of its object is the id of its CA or partition.
  std::string id = crl.key().substr(crl.key().rfind('/') + 1);
  id.resize(id.size() - sizeof(".crl") + 1);
  sink_({"GetCertificateRevocationList",
         absl::StrCat("crl/", id, "/", crl.number()), false, der, ""});
}

absl::Status Worker::CheckNewCrls(const std::string& ca,
                                  const std::vector<std::string>& revoked) {
  PKI_ASSIGN_OR_RETURN(
      const auto made,
      Call<v1::GenerateCertificateRevocationListResponse>(
          OfCa<v1::GenerateCertificateRevocationListRequest>(ca)));
  std::multiset<std::string> complete;
  std::multiset<std::string> partitions;
  bool has_complete = false;
  bool has_partitions = false;
  for (const v1::CrlSummary& summary : made.crls()) TellOf(summary, "");
  absl::Time begin = absl::InfinitePast();
  for (const v1::CrlSummary& summary : made.crls()) {
    auto get = OfCa<v1::GetCertificateRevocationListRequest>(ca);
    if (summary.has_partition()) get.set_partition(summary.partition());
    PKI_ASSIGN_OR_RETURN(const auto got,
                         Call<v1::GetCertificateRevocationListResponse>(get));
    TellOf(got.crl(), got.certificate_revocation_list());
    const auto crl =
        ReadCrlWithBoringSsl(View(got.certificate_revocation_list()));
    if (!crl.has_value()) {
      return Refuse(v1::REASON_INTERNAL, ca, "A CRL cannot be read.");
    }
    begin = std::max(begin, FromTimestamp(got.crl().this_update()));
    (summary.has_partition() ? has_partitions : has_complete) = true;
    for (const CrlOfBoringSsl::Entry& entry : crl->entries) {
      (summary.has_partition() ? partitions : complete)
          .insert(Padded(entry.serial));
    }
  }
  for (const std::string& arn : revoked) {
    PKI_ASSIGN_OR_RETURN(const auto shown, Get(arn));
    const Bytes der = DerOf(shown.certificate());
    PKI_ASSIGN_OR_RETURN(const Certificate certificate,
                         Certificate::Parse(View(der), ca));
    if (certificate.tbs().not_after < begin) continue;
    const std::string serial = SerialOf(certificate.tbs().serial);
    if ((has_complete && complete.count(serial) != 1) ||
        (has_partitions && partitions.count(serial) != 1)) {
      return Refuse(v1::REASON_INTERNAL, ca,
                    absl::StrCat("Revoked and not once in the CRL: ", serial));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::RunMaintenanceResponse> Worker::Maintain() {
  PKI_ASSIGN_OR_RETURN(
      auto turn, Call<v1::RunMaintenanceResponse>(v1::RunMaintenanceRequest()));
  for (const v1::CrlSummary& crl : turn.crls()) TellOf(crl, "");
  if (turn.failures().empty()) return turn;
  return StatusOf(turn.failures(0).refusal());
}

absl::Status Worker::CheckStore() {
  if (world_.store_file().empty()) return absl::OkStatus();
  PKI_ASSIGN_OR_RETURN(const auto check,
                       Call<v1::CheckStoreResponse>(v1::CheckStoreRequest()));
  if (check.problems().empty()) return absl::OkStatus();
  return Refuse(v1::REASON_STORE_DAMAGED, "",
                absl::StrJoin(check.problems(), "; "));
}

// Each line of the table: what it does, and how often, in relation to the
// others.
struct Line {
  const char* name;
  int weight;
  int crl_weight;  // in work that is about CRLs
  absl::Status (*run)(Worker& worker);
};

struct Lines {
  static absl::Status CreateRoot(Worker& worker) {
    return worker.CreateRoot().status();
  }

  static absl::Status CreateSubordinate(Worker& worker) {
    return worker.CreateSubordinate().status();
  }

  static absl::Status RenewAuthority(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    return worker.Renew(ca).status();
  }

  static absl::Status Issue(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    return worker.Issue(ca.arn).status();
  }

  // Others may find the request before it was answered.
  static absl::Status IssueWithNewToken(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    const v1::IssueCertificateRequest request = TokenRequest(worker, ca.arn);
    worker.world_.AddTokenRequest(request);
    return worker.Issue(request).status();
  }

  static absl::Status IssueWithSameToken(Worker& worker) {
    const auto request = worker.world_.PickTokenRequest(worker.Random());
    if (!request.has_value()) return IssueWithNewToken(worker);
    return worker.Issue(*request).status();
  }

  // Some with a token, some of them refused: a CA that does not exist.
  static absl::Status IssueMany(Worker& worker) {
    v1::IssueCertificatesRequest request;
    const uint64_t size = worker.Random() % kMaxBatch + 1;
    for (uint64_t i = 0; i < size; ++i) {
      PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
      *request.add_requests() = i % 3 == 0 ? TokenRequest(worker, ca.arn)
                                           : worker.IssueRequest(ca.arn);
    }
    if (worker.Random() % 2 == 0) {
      request.set_mode(v1::BATCH_MODE_ALL_OR_NOTHING);
    } else {
      *request.add_requests() = worker.IssueRequest(kNoAuthority);
    }
    PKI_ASSIGN_OR_RETURN(const auto issued,
                         worker.Call<v1::IssueCertificatesResponse>(request));
    for (int i = 0; i < static_cast<int>(size); ++i) {
      const v1::IssueCertificatesResult& result = issued.results(i);
      if (result.has_refusal()) return StatusOf(result.refusal());
      worker.sink_({"IssueCertificates", result.certificate_arn(), true,
                    DerOf(result.certificate()), IfToken(request.requests(i))});
      worker.world_.AddCertificate(result.certificate_arn());
    }
    return absl::OkStatus();
  }

  static absl::Status GetCertificate(Worker& worker) {
    const auto certificate = worker.world_.PickCertificate(worker.Random());
    if (!certificate.has_value()) return Issue(worker);
    return worker.Get(*certificate).status();
  }

  static absl::Status GetAuthorityCertificate(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    PKI_ASSIGN_OR_RETURN(
        const auto got,
        worker.Call<v1::GetCertificateAuthorityCertificateResponse>(
            OfCa<v1::GetCertificateAuthorityCertificateRequest>(ca.arn)));
    worker.sink_({"GetCertificateAuthorityCertificate", ca.arn, false,
                  DerOf(got.certificate()), ""});
    return absl::OkStatus();
  }

  static absl::Status Explain(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    return worker.Call<v1::ExplainIssuanceResponse>(worker.IssueRequest(ca.arn))
        .status();
  }

  static absl::Status ShowTemplates(Worker& worker) {
    PKI_RETURN_IF_ERROR(
        worker.Call<v1::ListTemplatesResponse>(v1::ListTemplatesRequest())
            .status());
    v1::DescribeTemplateRequest request;
    request.set_template_arn(TemplateArnOf("RootCACertificate"));
    return worker.Call<v1::DescribeTemplateResponse>(request).status();
  }

  static absl::Status ShowOperations(Worker& worker) {
    PKI_RETURN_IF_ERROR(
        worker.Call<v1::ListOperationsResponse>(v1::ListOperationsRequest())
            .status());
    v1::DescribeOperationRequest request;
    request.set_operation("IssueCertificate");
    return worker.Call<v1::DescribeOperationResponse>(request).status();
  }

  static absl::Status Revoke(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    PKI_ASSIGN_OR_RETURN(const std::string certificate,
                         worker.Issue(TokenRequest(worker, ca.arn)));
    auto request = OfCa<v1::RevokeCertificateRequest>(ca.arn);
    request.set_certificate_serial(
        certificate.substr(certificate.rfind('/') + 1));
    request.set_revocation_reason(v1::REVOCATION_REASON_SUPERSEDED);
    const absl::Status revoked =
        worker.Call<v1::RevokeCertificateResponse>(request).status();
    // Somebody has set the clock meanwhile.
    if (ReasonOf(revoked) == v1::REASON_REVOKE_EXPIRED) return absl::OkStatus();
    PKI_RETURN_IF_ERROR(revoked);
    worker.sink_({"RevokeCertificate", certificate, false, "", ""});
    worker.world_.AddRevoked(ca.arn, certificate);
    return absl::OkStatus();
  }

  static absl::Status AnswerOcsp(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    auto presign = OfCa<v1::PresignOcspResponsesRequest>(ca.arn);
    presign.set_max_results(kPresigned);
    PKI_ASSIGN_OR_RETURN(
        const auto presigned,
        worker.Call<v1::PresignOcspResponsesResponse>(presign));
    for (const v1::PresignedOcspResponse& each : presigned.responses()) {
      v1::RespondOcspRequest request;
      request.set_request(each.request());
      PKI_RETURN_IF_ERROR(
          worker.Call<v1::RespondOcspResponse>(request).status());
    }
    return absl::OkStatus();
  }

  static absl::Status CheckNewCrls(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    return worker.CheckNewCrls(ca.arn, worker.world_.RevokedOf(ca.arn));
  }

  // To another place, without a change of type: partitions are many.
  static absl::Status MoveCrls(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    PKI_ASSIGN_OR_RETURN(
        const auto described,
        worker.Call<v1::DescribeCertificateAuthorityResponse>(
            OfCa<v1::DescribeCertificateAuthorityRequest>(ca.arn)));
    return worker.MoveCrls(ca.arn, described.certificate_authority()
                                       .revocation_configuration()
                                       .crl_configuration()
                                       .crl_type());
  }

  static absl::Status SetClock(Worker& worker) {
    JumpingClock* const clock = worker.world_.clock();
    if (clock != nullptr) clock->Jump(worker.Random());
    return absl::OkStatus();
  }

  static absl::Status FindCrl(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    PKI_ASSIGN_OR_RETURN(
        const auto made,
        worker.Call<v1::GenerateCertificateRevocationListResponse>(
            OfCa<v1::GenerateCertificateRevocationListRequest>(ca.arn)));
    v1::FindCertificateRevocationListRequest request;
    request.set_uri(made.crls(0).uri());
    return worker.Call<v1::FindCertificateRevocationListResponse>(request)
        .status();
  }

  static absl::Status Maintain(Worker& worker) {
    return worker.Maintain().status();
  }

  // A CA of its own, which nobody else misses meanwhile.
  static absl::Status LiveAndDie(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const std::string ca,
                         worker.Create(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT));
    PKI_RETURN_IF_ERROR(worker.Activate(ca).status());
    PKI_RETURN_IF_ERROR(
        worker.SetStatus(ca, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED));
    const auto issued = worker.Issue(ca);
    if (issued.ok()) {
      return Refuse(v1::REASON_INTERNAL, "", "A disabled CA has issued.");
    }
    if (DetailOf(issued.status()).code() != v1::INVALID_STATE_EXCEPTION) {
      return issued.status();
    }
    PKI_RETURN_IF_ERROR(worker
                            .Call<v1::DeleteCertificateAuthorityResponse>(
                                OfCa<v1::DeleteCertificateAuthorityRequest>(ca))
                            .status());
    return worker.Adopt(ca);
  }

  static absl::Status ListAuthorities(Worker& worker) {
    return worker
        .Call<v1::ListCertificateAuthoritiesResponse>(
            v1::ListCertificateAuthoritiesRequest())
        .status();
  }

  static absl::Status ListCertificates(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    auto request = OfCa<v1::ListCertificatesRequest>(ca.arn);
    request.set_subject("NO*");
    return worker.Call<v1::ListCertificatesResponse>(request).status();
  }

  static absl::Status Tag(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    auto tag = OfCa<v1::TagCertificateAuthorityRequest>(ca.arn);
    tag.add_tags()->set_key(absl::StrCat(worker.Random() % kMaxTags));
    PKI_RETURN_IF_ERROR(
        worker.Call<v1::TagCertificateAuthorityResponse>(tag).status());
    PKI_RETURN_IF_ERROR(
        worker.Call<v1::ListTagsResponse>(OfCa<v1::ListTagsRequest>(ca.arn))
            .status());
    auto untag = OfCa<v1::UntagCertificateAuthorityRequest>(ca.arn);
    *untag.mutable_tags() = tag.tags();
    return worker.Call<v1::UntagCertificateAuthorityResponse>(untag).status();
  }

  // A CA of its own, because a permission cannot be given twice; the same for
  // policies.
  static absl::Status Permit(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const std::string ca, worker.CreateRoot());
    auto create = OfCa<v1::CreatePermissionRequest>(ca);
    create.set_principal(kPrincipal);
    create.add_actions(v1::ACTION_TYPE_ISSUE_CERTIFICATE);
    PKI_RETURN_IF_ERROR(
        worker.Call<v1::CreatePermissionResponse>(create).status());
    PKI_RETURN_IF_ERROR(worker
                            .Call<v1::ListPermissionsResponse>(
                                OfCa<v1::ListPermissionsRequest>(ca))
                            .status());
    auto remove = OfCa<v1::DeletePermissionRequest>(ca);
    remove.set_principal(kPrincipal);
    return worker.Call<v1::DeletePermissionResponse>(remove).status();
  }

  static absl::Status Share(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const std::string ca, worker.CreateRoot());
    v1::PutPolicyRequest put;
    put.set_resource_arn(ca);
    put.set_policy(PolicyForPrincipal(ca, kOtherAccount));
    PKI_RETURN_IF_ERROR(worker.Call<v1::PutPolicyResponse>(put).status());
    v1::GetPolicyRequest get;
    get.set_resource_arn(ca);
    PKI_RETURN_IF_ERROR(worker.Call<v1::GetPolicyResponse>(get).status());
    v1::DeletePolicyRequest remove;
    remove.set_resource_arn(ca);
    return worker.Call<v1::DeletePolicyResponse>(remove).status();
  }

  // Of two at a time for one CA one is refused.
  static absl::Status Report(Worker& worker) {
    PKI_ASSIGN_OR_RETURN(const auto ca, worker.AnyAuthority());
    auto create =
        OfCa<v1::CreateCertificateAuthorityAuditReportRequest>(ca.arn);
    create.set_s3_bucket_name(kReports);
    create.set_audit_report_response_format(
        worker.Random() % 2 == 0 ? v1::AUDIT_REPORT_RESPONSE_FORMAT_JSON
                                 : v1::AUDIT_REPORT_RESPONSE_FORMAT_CSV);
    const auto created =
        worker.Call<v1::CreateCertificateAuthorityAuditReportResponse>(create);
    if (ReasonOf(created.status()) == v1::REASON_REPORT_IN_PROGRESS) {
      return absl::OkStatus();
    }
    PKI_RETURN_IF_ERROR(created.status());
    worker.sink_({"CreateCertificateAuthorityAuditReport",
                  absl::StrCat("report/", ca.arn.substr(ca.arn.rfind('/') + 1),
                               "/", created->audit_report_id()),
                  true, "", ""});
    auto describe =
        OfCa<v1::DescribeCertificateAuthorityAuditReportRequest>(ca.arn);
    describe.set_audit_report_id(created->audit_report_id());
    PKI_RETURN_IF_ERROR(
        worker
            .Call<v1::DescribeCertificateAuthorityAuditReportResponse>(describe)
            .status());
    v1::GetObjectRequest get;
    get.set_bucket(kReports);
    get.set_key(created->s3_key());
    PKI_RETURN_IF_ERROR(worker.Call<v1::GetObjectResponse>(get).status());
    return worker.Call<v1::ListObjectsResponse>(v1::ListObjectsRequest())
        .status();
  }

  static absl::Status CheckStore(Worker& worker) { return worker.CheckStore(); }

  static absl::Status DescribeStore(Worker& worker) {
    if (worker.world_.store_file().empty()) return absl::OkStatus();
    return worker.Call<v1::DescribeStoreResponse>(v1::DescribeStoreRequest())
        .status();
  }

  static absl::Status BackUp(Worker& worker) {
    if (worker.world_.store_file().empty()) return absl::OkStatus();
    v1::BackupStoreRequest request;
    request.set_path(absl::StrCat(worker.world_.store_file(), ".",
                                  absl::Hex(worker.Random())));
    PKI_RETURN_IF_ERROR(worker.Call<v1::BackupStoreResponse>(request).status());
    worker.sink_({"BackupStore", request.path(), true, "", ""});
    return absl::OkStatus();
  }

  static absl::Status RewrapKeys(Worker& worker) {
    return worker.world_.NextKey([&](int number) {
      v1::RewrapKeysRequest request;
      request.set_new_key_encryption_key(KeyEncryptionKey(number));
      PKI_RETURN_IF_ERROR(
          worker.Call<v1::RewrapKeysResponse>(request).status());
      worker.sink_({"RewrapKeys", absl::StrCat(number), true, "", ""});
      return absl::OkStatus();
    });
  }

  static v1::IssueCertificateRequest TokenRequest(Worker& worker,
                                                  const std::string& ca) {
    v1::IssueCertificateRequest request = worker.IssueRequest(ca);
    request.set_idempotency_token(worker.NewToken());
    return request;
  }

  static constexpr Line kAll[] = {
      {"create a root", 2, 0, CreateRoot},
      {"create a subordinate", 3, 0, CreateSubordinate},
      {"renew a CA", 4, 0, RenewAuthority},
      {"rewrap the keys", 1, 0, RewrapKeys},
      {"issue", 40, 0, Issue},
      {"issue with a new token", 15, 0, IssueWithNewToken},
      {"issue with a token of before", 10, 0, IssueWithSameToken},
      {"issue many", 8, 4, IssueMany},
      {"get a certificate", 10, 0, GetCertificate},
      {"get a CA's certificate", 3, 0, GetAuthorityCertificate},
      {"revoke", 3, 30, Revoke},
      {"make and read a CRL", 2, 8, CheckNewCrls},
      {"move the CRLs", 1, 3, MoveCrls},
      {"set the clock", 1, 12, SetClock},
      {"find a CRL", 1, 4, FindCrl},
      {"do what is due", 1, 10, Maintain},
      {"answer OCSP", 5, 0, AnswerOcsp},
      {"disable, delete and restore a CA", 2, 0, LiveAndDie},
      {"list CAs", 2, 0, ListAuthorities},
      {"list certificates", 2, 0, ListCertificates},
      {"tag and untag", 2, 0, Tag},
      {"give and take a permission", 1, 0, Permit},
      {"put and delete a policy", 1, 0, Share},
      {"make a report", 3, 0, Report},
      {"explain", 2, 0, Explain},
      {"show templates", 1, 0, ShowTemplates},
      {"show operations", 1, 0, ShowOperations},
      {"check the store", 1, 0, CheckStore},
      {"describe the store", 1, 0, DescribeStore},
      {"back up the store", 1, 0, BackUp},
  };
};

absl::Status Worker::Run(const Line& line) {
  absl::Status status = line.run(*this);
  return ReasonOf(status) == v1::REASON_LOST_RACE ? absl::OkStatus() : status;
}

absl::Status Worker::RunAnyBy(int Line::*weight) {
  std::vector<int> weights;
  for (const Line& line : Lines::kAll) weights.push_back(line.*weight);
  std::discrete_distribution<size_t> pick(weights.begin(), weights.end());
  return Run(Lines::kAll[pick(random_)]);
}

absl::Status Worker::RunAny() { return RunAnyBy(&Line::weight); }

absl::Status Worker::RunAnyForCrls() { return RunAnyBy(&Line::crl_weight); }

void Worker::RunAll(
    const std::function<void(absl::string_view, const absl::Status&)>& done) {
  for (const Line& line : Lines::kAll) done(line.name, Run(line));
}

}  // namespace pki
