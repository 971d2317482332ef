// IssueCertificate: each refusal, alone and in its order; races that are lost;
// many threads. What is refused leaves nothing in the store.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/engine/context.h"
#include "pki/engine/engine.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/x509/certificate.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using Request = v1::IssueCertificateRequest;
using Response = v1::IssueCertificateResponse;

constexpr char kArnField[] = "Request.CertificateAuthorityArn";
constexpr char kTemplateField[] = "Request.TemplateArn";
constexpr char kValidityField[] = "Request.Validity.Value";

constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

Certificate Parsed(absl::string_view pem) {
  return Certificate::Parse(View(DecodePem(pem, kLabels)->front()), "Test")
      .value();
}

Bytes CsrFor(absl::string_view common_name) {
  static const auto* const key =
      new PrivateKey(NewTestKey(v1::KEY_ALGORITHM_EC_PRIME256V1));
  return TestCsr(*key, common_name);
}

// A harness with a CA in every state that a request can meet.
class IssueTest : public testing::Test {
 protected:
  IssueTest() {
    root_ = harness_.CreateRoot("Root").value();
    subordinate_ = harness_.CreateSubordinate(root_, "Subordinate").value();
    disabled_ = harness_.CreateSubordinate(root_, "Disabled").value();
    Disable(disabled_);
    pending_root_ = Create(v1::CERTIFICATE_AUTHORITY_TYPE_ROOT);
    pending_subordinate_ = Create(v1::CERTIFICATE_AUTHORITY_TYPE_SUBORDINATE);
    auto short_lived = EngineHarness::CreateRequest(
        v1::CERTIFICATE_AUTHORITY_TYPE_ROOT, "Short-lived");
    short_lived.set_usage_mode(
        v1::CERTIFICATE_AUTHORITY_USAGE_MODE_SHORT_LIVED_CERTIFICATE);
    short_lived_ = harness_.Create(short_lived).value();
    // The root itself may live longer than what it issues.
    const auto own =
        harness_.IssueForCa(short_lived_, short_lived_, "RootCACertificate",
                            HarnessTime() + absl::Hours(24 * 365));
    EXPECT_THAT(own, IsOk());
    EXPECT_THAT(harness_.Verify(*own), IsOk());
    EXPECT_THAT(harness_.Import(short_lived_, *own), IsOk());
  }

  std::string Create(v1::CertificateAuthorityType type) {
    return harness_.Create(EngineHarness::CreateRequest(type, "Pending"))
        .value();
  }
  void SetStatus(const std::string& arn, v1::CertificateAuthorityStatus to) {
    harness_.ChangeCa(arn, [to](auto& record) {
      record.set_status(to);
      // What is deleted is still there.
      record.mutable_restorable_until()->set_seconds(
          absl::ToUnixSeconds(HarnessTime() + absl::Hours(24)));
    });
  }
  void Disable(const std::string& arn) {
    SetStatus(arn, v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
  }
  // One that succeeds.
  Request GoodRequest() {
    return harness_.IssueRequest(subordinate_, View(CsrFor("device")));
  }
  Bytes CsrOf(const std::string& arn) {
    v1::GetCertificateAuthorityCsrRequest request;
    request.set_certificate_authority_arn(arn);
    return harness_.Call<v1::GetCertificateAuthorityCsrResponse>(request)
        ->csr();
  }
  absl::Time EndOf(const std::string& arn) {
    return absl::FromUnixSeconds(harness_.Describe(arn)->not_after().seconds());
  }

  EngineHarness harness_;
  std::string root_;
  std::string subordinate_;
  std::string disabled_;
  std::string pending_root_;
  std::string pending_subordinate_;
  std::string short_lived_;
};

void SetEnd(Request& request, absl::Time end) {
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_ABSOLUTE);
  request.mutable_validity()->set_value(absl::ToUnixSeconds(end));
}

void SetTemplate(Request& request, absl::string_view name) {
  request.set_template_arn(TemplateArnOf(name));
}

class IssueRefusalTest : public IssueTest {
 protected:
  // One change that makes a good request a refused one.
  struct Fault {
    const char* name;
    v1::Reason reason;
    std::string field;
    std::function<void(Request&)> change;
  };

  std::vector<Fault> AllFaults() {
    const auto from = [this](const std::string& arn) {
      return [this, arn](Request& request) {
        request.set_certificate_authority_arn(arn);
        request.set_signing_algorithm(harness_.SigningAlgorithmOf(arn));
      };
    };
    const auto arn = [](const std::string& text) {
      return [text](Request& r) { r.set_certificate_authority_arn(text); };
    };
    const auto form = [](const std::string& text) {
      return [text](Request& r) { r.set_template_arn(text); };
    };
    const auto algorithm = [](v1::SigningAlgorithm value) {
      return [value](Request& r) { r.set_signing_algorithm(value); };
    };
    const auto csr = [](const Bytes& der) {
      return [der](Request& r) { r.set_csr(der); };
    };
    const auto ends = [](absl::Time end) {
      return [end](Request& r) { SetEnd(r, end); };
    };
    Bytes wrong_signature = CsrFor("device");
    wrong_signature.back() = static_cast<char>(wrong_signature.back() ^ 1);
    std::string other_region = root_;
    other_region.replace(other_region.find("us-east-1"), 9, "us-east-2");
    const std::string in_account = "arn:aws:acm-pca:us-east-1:000000000000:";
    return {
        {"no CSR", v1::REASON_FIELD_REQUIRED, "Request.Csr",
         [](Request& r) { r.clear_csr(); }},
        {"CSR of 33 KB", v1::REASON_FIELD_TOO_LONG, "Request.Csr",
         csr(Bytes(33 * 1024, 'x'))},
        {"no ARN", v1::REASON_FIELD_PATTERN, kArnField,
         arn("certificate-authority")},
        {"ARN without an id", v1::REASON_ARN_MALFORMED, kArnField,
         arn(in_account + "certificate-authority/x")},
        {"unknown CA", v1::REASON_CA_NOT_FOUND, kArnField,
         arn(in_account + "certificate-authority/"
                          "12345678-90ab-4def-8123-456789abcdef")},
        {"CA of another region", v1::REASON_CA_NOT_FOUND, kArnField,
         arn(other_region)},
        {"no template ARN", v1::REASON_TEMPLATE_ARN, kTemplateField,
         form(in_account + "certificate-authority/EndEntityCertificate/V1")},
        {"template of an account", v1::REASON_TEMPLATE_UNKNOWN, kTemplateField,
         form(in_account + "template/EndEntityCertificate/V1")},
        {"unknown template", v1::REASON_TEMPLATE_UNKNOWN, kTemplateField,
         form(TemplateArnOf("NoCertificate"))},
        {"disabled", v1::REASON_STATE_ISSUE, kArnField, from(disabled_)},
        {"pending subordinate", v1::REASON_STATE_ISSUE, kArnField,
         from(pending_subordinate_)},
        {"pending root for others", v1::REASON_STATE_ISSUE, kArnField,
         from(pending_root_)},
        {"pending root for a subordinate", v1::REASON_STATE_ISSUE, kArnField,
         [=](Request& r) {
           from(pending_root_)(r);
           SetTemplate(r, "SubordinateCACertificate_PathLen0");
         }},
        {"RSA for an EC key", v1::REASON_SIGNING_ALGORITHM_MISMATCH,
         "Request.SigningAlgorithm",
         algorithm(v1::SIGNING_ALGORITHM_SHA256WITHRSA)},
        {"ML-DSA", v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED,
         "Request.SigningAlgorithm",
         algorithm(v1::SIGNING_ALGORITHM_ML_DSA_65)},
        {"SM2", v1::REASON_SIGNING_ALGORITHM_UNSUPPORTED,
         "Request.SigningAlgorithm",
         algorithm(v1::SIGNING_ALGORITHM_SM3WITHSM2)},
        {"no DER", v1::REASON_CSR_DER, "Csr", csr("CSR")},
        {"wrong signature", v1::REASON_CSR_SIGNATURE, "Csr.signature",
         csr(wrong_signature)},
        {"root template on a subordinate", v1::REASON_ROOT_TEMPLATE_TYPE,
         kTemplateField,
         [](Request& r) { SetTemplate(r, "RootCACertificate"); }},
        {"root template on a pending subordinate",
         v1::REASON_ROOT_TEMPLATE_TYPE, kTemplateField,
         [=](Request& r) {
           from(pending_subordinate_)(r);
           SetTemplate(r, "RootCACertificate");
         }},
        {"root template for another", v1::REASON_ROOT_TEMPLATE_CSR,
         "Request.Csr",
         [=](Request& r) {
           from(root_)(r);
           SetTemplate(r, "RootCACertificate");
         }},
        {"pending root for another", v1::REASON_ROOT_TEMPLATE_CSR,
         "Request.Csr",
         [=](Request& r) {
           from(pending_root_)(r);
           SetTemplate(r, "RootCACertificate");
         }},
        {"the key of the CA", v1::REASON_CA_KEY_CERTIFIED, "Request.Csr",
         csr(CsrOf(subordinate_))},
        {"ended", v1::REASON_VALIDITY_ENDED, kValidityField,
         ends(HarnessTime())},
        {"begins when it ends", v1::REASON_VALIDITY_ORDER,
         "Request.ValidityNotBefore.Value",
         [](Request& r) {
           SetEnd(r, HarnessTime() + absl::Hours(1));
           *r.mutable_validity_not_before() = r.validity();
         }},
        {"beyond the issuer", v1::REASON_VALIDITY_EXCEEDS_ISSUER,
         kValidityField, ends(EndOf(subordinate_) + absl::Seconds(1))},
        {"a CA as long as its issuer", v1::REASON_VALIDITY_CA_EXCEEDS_ISSUER,
         kValidityField,
         [=](Request& r) {
           from(root_)(r);
           SetEnd(r, EndOf(root_));
           SetTemplate(r, "SubordinateCACertificate_PathLen0");
         }},
        {"beyond seven days", v1::REASON_VALIDITY_SHORT_LIVED, kValidityField,
         [=](Request& r) {
           from(short_lived_)(r);
           SetEnd(r, HarnessTime() + absl::Hours(24 * 7) + absl::Seconds(1));
         }},
        {"no room below", v1::REASON_PATH_LENGTH, kTemplateField,
         [](Request& r) {
           SetTemplate(r, "SubordinateCACertificate_PathLen0");
         }},
        {"no name", v1::REASON_NO_SUBJECT, "Csr.subject", csr(CsrFor(""))},
        {"CN of 65 characters", v1::REASON_LINT_ATTRIBUTE_LENGTH,
         "Certificate.subject[2.5.4.3]", csr(CsrFor(std::string(65, 'x')))},
    };
  }

  void ExpectRefused(const Request& request, const Fault& fault) {
    const auto before = harness_.Stored();
    EXPECT_THAT(harness_.Call<Response>(request),
                IsRefusal(fault.reason, fault.field));
    EXPECT_TRUE(harness_.Stored() == before);
  }
};

TEST_F(IssueRefusalTest, EachFaultHasItsReason) {
  ASSERT_THAT(harness_.Issue(GoodRequest()), IsOk());
  for (const Fault& fault : AllFaults()) {
    SCOPED_TRACE(fault.name);
    Request request = GoodRequest();
    fault.change(request);
    ExpectRefused(request, fault);
  }
}

// Of two faults, the one that operations.h names first.
TEST_F(IssueRefusalTest, TheFirstFaultIsNamed) {
  const std::vector<Fault> all = AllFaults();
  const auto at = [&all](absl::string_view name) {
    return *std::find_if(all.begin(), all.end(), [name](const Fault& fault) {
      return fault.name == name;
    });
  };
  const Fault kInOrder[] = {
      at("no ARN"),
      at("unknown CA"),
      at("unknown template"),
      at("disabled"),
      at("ML-DSA"),
      at("wrong signature"),
      at("root template on a subordinate"),
      at("ended"),
      at("no room below"),
      at("no name"),
  };
  for (auto first = std::begin(kInOrder); first != std::end(kInOrder);
       ++first) {
    for (auto second = first + 1; second != std::end(kInOrder); ++second) {
      // The later one first: what both of them set is then the first one's.
      Request request = GoodRequest();
      second->change(request);
      first->change(request);
      SCOPED_TRACE(absl::StrCat(first->name, " and ", second->name));
      ExpectRefused(request, *first);
    }
  }
}

TEST_F(IssueRefusalTest, AStateThatIssuesNothing) {
  const Request request = GoodRequest();
  Request own = harness_.IssueRequest(root_, View(CsrOf(root_)));
  SetTemplate(own, "RootCACertificate");
  // The engine has seen both while they were active.
  EXPECT_THAT(harness_.Issue(request), IsOk());
  EXPECT_THAT(harness_.Issue(own), IsOk());
  for (const auto status : {v1::CERTIFICATE_AUTHORITY_STATUS_CREATING,
                            v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED,
                            v1::CERTIFICATE_AUTHORITY_STATUS_DELETED,
                            v1::CERTIFICATE_AUTHORITY_STATUS_FAILED}) {
    SetStatus(subordinate_, status);
    SetStatus(root_, status);
    const Fault fault{"", v1::REASON_STATE_ISSUE, kArnField, nullptr};
    ExpectRefused(request, fault);
    ExpectRefused(own, fault);
  }
}

TEST_F(IssueTest, LastsAsLongAsItMay) {
  Request request = GoodRequest();
  SetEnd(request, EndOf(subordinate_));
  auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());

  issued = harness_.IssueForCa(pending_subordinate_, root_,
                               "SubordinateCACertificate_PathLen0",
                               EndOf(root_) - absl::Seconds(1));
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());

  request = harness_.IssueRequest(short_lived_, View(CsrFor("device")));
  SetEnd(request, HarnessTime() + absl::Hours(24 * 7));
  issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
}

TEST_F(IssueTest, TakesACommonNameOf64Characters) {
  Request request = GoodRequest();
  request.set_csr(CsrFor(std::string(64, 'x')));
  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
}

TEST_F(IssueTest, TriesAgainWhenARaceIsLost) {
  const Request request = GoodRequest();
  harness_.store().LoseRaces(kMaxAttempts - 1);
  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  const auto before = harness_.Stored();
  harness_.store().LoseRaces(kMaxAttempts);
  EXPECT_THAT(harness_.Call<Response>(request),
              IsRefusal(v1::REASON_LOST_RACE, kArnField));
  EXPECT_TRUE(harness_.Stored() == before);
}

// The same bytes, again and again.
class RepeatingEntropy : public Entropy {
 public:
  explicit RepeatingEntropy(uint8_t byte) : byte_(byte) {}
  absl::Status Fill(uint8_t* out, size_t size) override {
    std::fill_n(out, size, byte_);
    return absl::OkStatus();
  }

 private:
  const uint8_t byte_;
};

TEST_F(IssueTest, ASerialIsNeverGivenTwice) {
  Ports ports = harness_.ports();
  ports.entropy = std::make_shared<RepeatingEntropy>(7);
  const auto engine = Engine::New({}, ports);
  ASSERT_THAT(engine, IsOk());
  Response response;
  ASSERT_THAT((*engine)->Call("IssueCertificate", GoodRequest(), &response),
              IsOk());
  const auto before = harness_.Stored();
  Request another = GoodRequest();
  another.set_csr(CsrFor("another"));
  EXPECT_THAT((*engine)->Call("IssueCertificate", another, &response),
              IsRefusal(v1::REASON_LOST_RACE, kArnField));
  EXPECT_FALSE(response.has_certificate_arn());
  EXPECT_TRUE(harness_.Stored() == before);
}

TEST_F(IssueTest, ASerialIsNeverZero) {
  Ports ports = harness_.ports();
  ports.entropy = std::make_shared<RepeatingEntropy>(0);
  const auto engine = Engine::New({}, ports);
  ASSERT_THAT(engine, IsOk());
  Response response;
  EXPECT_THAT((*engine)->Call("IssueCertificate", GoodRequest(), &response),
              IsRefusal(v1::REASON_ENTROPY_FAILED, ""));
}

class InterruptedIssueTest : public IssueTest {
 protected:
  InterruptedIssueTest() {
    Ports ports = harness_.ports();
    interrupted_ = std::make_shared<InterruptedStore>(ports.store);
    ports.store = interrupted_;
    engine_ = Engine::New({}, ports).value();
  }
  // Issues, and lets `event` happen before the first commit.
  absl::StatusOr<Response> IssueWith(std::function<void()> event,
                                     const Request& request) {
    interrupted_->before_commit = std::move(event);
    Response response;
    PKI_RETURN_IF_ERROR(engine_->Call("IssueCertificate", request, &response));
    return response;
  }

  std::shared_ptr<InterruptedStore> interrupted_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(InterruptedIssueTest, ACaThatIsDisabledSignsNoMore) {
  EXPECT_THAT(IssueWith([&] { Disable(subordinate_); }, GoodRequest()),
              IsRefusal(v1::REASON_STATE_ISSUE, kArnField));
}

TEST_F(InterruptedIssueTest, ACaThatIsRenewedSignsAsItIsNow) {
  const auto renewed = harness_.IssueForCa(
      subordinate_, root_, "SubordinateCACertificate_PathLen0",
      HarnessTime() + absl::Hours(24 * 365));
  ASSERT_THAT(renewed, IsOk());
  const Request request = GoodRequest();
  const auto issued = IssueWith(
      [&] { EXPECT_THAT(harness_.Import(subordinate_, *renewed), IsOk()); },
      request);
  ASSERT_THAT(issued, IsOk());
  v1::GetCertificateRequest get;
  get.set_certificate_authority_arn(subordinate_);
  get.set_certificate_arn(issued->certificate_arn());
  const auto fetched = harness_.Call<v1::GetCertificateResponse>(get);
  ASSERT_THAT(fetched, IsOk());
  EXPECT_EQ(Parsed(fetched->certificate_chain()).der(),
            Parsed(renewed->certificate()).der());
  EXPECT_THAT(harness_.Verify(*fetched), IsOk());
}

TEST_F(InterruptedIssueTest, OfTwoWithOneTokenBothGetOneCertificate) {
  Request request = GoodRequest();
  request.set_idempotency_token("token");
  std::string faster;
  const auto slower = IssueWith(
      [&] { faster = harness_.Call<Response>(request)->certificate_arn(); },
      request);
  ASSERT_THAT(slower, IsOk());
  EXPECT_EQ(slower->certificate_arn(), faster);
}

// A commit whose answer is lost has issued; who asks again gets what it did.
TEST_F(IssueTest, ARetryAfterALostAnswerGetsWhatIsOnRecord) {
  Request request = GoodRequest();
  request.set_idempotency_token("token");
  harness_.store().LoseAnswers(1);
  EXPECT_THAT(harness_.Call<Response>(request),
              IsRefusal(v1::REASON_STORE_FAILED, ""));
  const auto stored = harness_.Stored();
  const auto issued = harness_.Issue(request);
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(harness_.Verify(*issued), IsOk());
  EXPECT_TRUE(harness_.Stored() == stored);
}

// Threads issue while the CA is renewed under them.
TEST_F(IssueTest, ManyAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 12;
  std::vector<v1::GetCertificateResponse> renewals;
  for (const int days : {300, 200}) {
    renewals.push_back(harness_
                           .IssueForCa(subordinate_, root_,
                                       "SubordinateCACertificate_PathLen0",
                                       HarnessTime() + absl::Hours(24 * days))
                           .value());
  }
  const Request request = GoodRequest();
  std::vector<std::vector<std::string>> arns(kThreads);
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (std::vector<std::string>& mine : arns) {
    threads.emplace_back([&] {
      while (mine.size() < kEach) {
        const auto issued = harness_.Call<Response>(request);
        if (issued.ok()) {
          mine.push_back(issued->certificate_arn());
        } else if (ReasonOf(issued.status()) != v1::REASON_LOST_RACE) {
          // The caller of a race that is lost tries again; nothing else may go
          // wrong.
          ADD_FAILURE() << issued.status();
          break;
        }
      }
      --running;
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; running > 0 && i < 100; ++i) {
      EXPECT_THAT(harness_.Import(subordinate_, renewals[i % 2]), IsOk());
    }
  });
  for (std::thread& thread : threads) thread.join();

  std::set<Bytes> serials;
  for (const std::vector<std::string>& mine : arns) {
    for (const std::string& arn : mine) {
      v1::GetCertificateRequest get;
      get.set_certificate_authority_arn(subordinate_);
      get.set_certificate_arn(arn);
      const auto issued = harness_.Call<v1::GetCertificateResponse>(get);
      ASSERT_THAT(issued, IsOk());
      EXPECT_THAT(harness_.Verify(*issued), IsOk());
      serials.insert(Copy(Parsed(issued->certificate()).tbs().serial));
    }
  }
  EXPECT_EQ(serials.size(), size_t{kThreads} * kEach);
}

}  // namespace
}  // namespace pki
