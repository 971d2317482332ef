// IssueCertificates: results in order, refusals in the middle, tokens, races,
// and ports that fail. Nothing is ever half-issued.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/engine/context.h"
#include "pki/engine/engine.h"
#include "pki/testing/engine_harness.h"
#include "pki/testing/fixed_key_store.h"
#include "pki/testing/interrupted_store.h"
#include "pki/testing/shared_ca_policy.h"
#include "pki/testing/status_matchers.h"
#include "pki/testing/test_csr.h"
#include "pki/testing/threads.h"
#include "pki/testing/verify_certificate.h"
#include "pki/x509/certificate.h"
#include "pki/x509/name.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

using Request = v1::IssueCertificatesRequest;
using Response = v1::IssueCertificatesResponse;
using Item = v1::IssueCertificateRequest;

constexpr size_t kThreads = 4;
constexpr absl::string_view kLabels[] = {"CERTIFICATE"};

Certificate Parsed(absl::string_view pem) {
  return Certificate::Parse(View(DecodePem(pem, kLabels)->front()), "Test")
      .value();
}

Bytes CsrFor(absl::string_view common_name) {
  return TestCsr(FixedKey(1000), common_name);
}

Request BatchOf(const std::vector<Item>& items,
                v1::BatchMode mode = v1::BATCH_MODE_PER_ITEM) {
  Request request;
  for (const Item& item : items) *request.add_requests() = item;
  request.set_mode(mode);
  return request;
}

class BatchTest : public testing::Test {
 protected:
  BatchTest() {
    root_ = harness_.CreateRoot("Root").value();
    subordinate_ = harness_.CreateSubordinate(root_, "Subordinate").value();
    Ports ports = harness_.ports();
    store_ = std::make_shared<InterruptedStore>(ports.store);
    ports.store = store_;
    ports.executor = std::make_shared<Threads>(kThreads);
    engine_ = Engine::New({}, ports).value();
  }

  absl::StatusOr<Response> Issue(const Request& request) {
    Response response;
    PKI_RETURN_IF_ERROR(engine_->Call("IssueCertificates", request, &response));
    return response;
  }
  // One call for one certificate. Its ARN.
  absl::StatusOr<std::string> IssueAlone(const Item& item) {
    v1::IssueCertificateResponse response;
    PKI_RETURN_IF_ERROR(engine_->Call("IssueCertificate", item, &response));
    return response.certificate_arn();
  }
  Item ItemFor(const std::string& ca, absl::string_view common_name,
               absl::string_view token = "") {
    Item item = harness_.IssueRequest(ca, View(CsrFor(common_name)));
    if (!token.empty()) item.set_idempotency_token(std::string(token));
    return item;
  }
  v1::GetCertificateResponse Get(const std::string& ca,
                                 const std::string& arn) {
    v1::GetCertificateRequest get;
    get.set_certificate_authority_arn(ca);
    get.set_certificate_arn(arn);
    return harness_.Call<v1::GetCertificateResponse>(get).value();
  }
  void Disable(const std::string& arn) {
    harness_.ChangeCa(arn, [](auto& record) {
      record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_DISABLED);
    });
  }
  // How many records there are under a prefix.
  size_t Count(absl::string_view prefix) {
    const auto stored = harness_.Stored();
    return std::count_if(stored.begin(), stored.end(), [&](const auto& entry) {
      return absl::StartsWith(entry.first, prefix);
    });
  }

  EngineHarness harness_;
  std::string root_;
  std::string subordinate_;
  std::shared_ptr<InterruptedStore> store_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(BatchTest, ResultsAreInTheOrderOfTheRequests) {
  std::vector<Item> items;
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    names.push_back(absl::StrCat("device ", i));
    items.push_back(ItemFor(i % 3 == 0 ? root_ : subordinate_, names.back()));
  }
  const auto response = Issue(BatchOf(items));
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->results_size(), 20);
  for (int i = 0; i < 20; ++i) {
    const auto& result = response->results(i);
    EXPECT_FALSE(result.has_refusal());
    EXPECT_EQ(NameToRfc2253(Parsed(result.certificate()).tbs().subject),
              absl::StrCat("CN=", names[i]));
    const auto stored =
        Get(items[i].certificate_authority_arn(), result.certificate_arn());
    EXPECT_EQ(stored.certificate(), result.certificate());
    EXPECT_THAT(harness_.Verify(stored), IsOk());
  }
}

TEST_F(BatchTest, NeedsNoThreads) {
  const auto response = harness_.Call<Response>(
      BatchOf({ItemFor(root_, "a"), ItemFor(subordinate_, "b")}));
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(response->results(0).has_certificate());
  EXPECT_TRUE(response->results(1).has_certificate());
}

TEST_F(BatchTest, LimitsOfABatch) {
  EXPECT_THAT(Issue({}),
              IsRefusal(v1::REASON_FIELD_REQUIRED, "Request.Requests"));
  Request request = BatchOf(std::vector<Item>(10001));
  EXPECT_THAT(Issue(request),
              IsRefusal(v1::REASON_LIST_LENGTH, "Request.Requests"));
  request = BatchOf({ItemFor(root_, "a")});
  request.set_mode(static_cast<v1::BatchMode>(99));
  EXPECT_THAT(Issue(request), IsRefusal(v1::REASON_FIELD_ENUM, "Request.Mode"));
}

// Requests that are refused, each at another point, and what is to blame.
class BatchRefusalTest : public BatchTest {
 protected:
  struct Fault {
    v1::Reason reason;
    std::string field;
    std::function<void(Item&)> change;
  };

  std::vector<Fault> Faults() {
    const std::string disabled =
        harness_.CreateSubordinate(root_, "Disabled").value();
    Disable(disabled);
    return {
        {v1::REASON_FIELD_TOO_LONG, "Request.IdempotencyToken",
         [](Item& item) { item.set_idempotency_token(std::string(37, 'x')); }},
        {v1::REASON_CA_NOT_FOUND, "Request.CertificateAuthorityArn",
         [](Item& item) {
           item.mutable_certificate_authority_arn()->replace(
               item.certificate_authority_arn().find("us-east-1"), 9,
               "us-east-2");
         }},
        {v1::REASON_TEMPLATE_UNKNOWN, "Request.TemplateArn",
         [](Item& item) { item.set_template_arn(TemplateArnOf("None")); }},
        {v1::REASON_STATE_ISSUE, "Request.CertificateAuthorityArn",
         [disabled](Item& item) {
           item.set_certificate_authority_arn(disabled);
         }},
        {v1::REASON_CSR_DER, "Csr", [](Item& item) { item.set_csr("CSR"); }},
        {v1::REASON_LINT_ATTRIBUTE_LENGTH, "Certificate.subject[2.5.4.3]",
         [](Item& item) { item.set_csr(CsrFor(std::string(65, 'x'))); }},
    };
  }
};

TEST_F(BatchRefusalTest, PerItemWhatCanBeIssuedIs) {
  const std::vector<Fault> faults = Faults();
  std::vector<Item> items;
  for (const Fault& fault : faults) {
    items.push_back(ItemFor(subordinate_, "good"));
    items.push_back(ItemFor(subordinate_, "bad"));
    fault.change(items.back());
  }
  const size_t certificates = Count("cert/");
  Request request = BatchOf(items);
  request.clear_mode();
  const auto response = Issue(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(Count("cert/"), certificates + faults.size());
  for (size_t i = 0; i < faults.size(); ++i) {
    SCOPED_TRACE(faults[i].field);
    EXPECT_TRUE(response->results(2 * i).has_certificate());
    // As a call of its own.
    const auto alone = IssueAlone(items[2 * i + 1]);
    EXPECT_THAT(alone, IsRefusal(faults[i].reason, faults[i].field));
    const v1::ErrorDetail detail = DetailOf(alone.status());
    const auto& result = response->results(2 * i + 1);
    EXPECT_FALSE(result.has_certificate_arn());
    EXPECT_FALSE(result.has_certificate());
    EXPECT_EQ(result.refusal().code(), InfoOf(detail.code()).name());
    EXPECT_EQ(result.refusal().reason(), v1::Reason_Name(detail.reason()));
    EXPECT_EQ(result.refusal().field(), detail.field());
    EXPECT_EQ(result.refusal().message(), detail.message());
  }
}

TEST_F(BatchRefusalTest, AllOrNothingTheFirstRefusalIsThatOfTheCall) {
  const std::vector<Fault> faults = Faults();
  const auto before = harness_.Stored();
  for (const Fault& fault : faults) {
    SCOPED_TRACE(fault.field);
    std::vector<Item> items(4, ItemFor(subordinate_, "good"));
    fault.change(items[2]);
    fault.change(items[3]);
    std::string field = fault.field;
    if (absl::StartsWith(field, "Request.")) field.erase(0, 8);
    const auto refused =
        IsRefusal(fault.reason, absl::StrCat("Request.Requests[2].", field));
    const Request request = BatchOf(items, v1::BATCH_MODE_ALL_OR_NOTHING);
    EXPECT_THAT(Issue(request), refused);
    // Nothing is signed either: no key is used.
    harness_.keys().FailAt(1);
    EXPECT_THAT(Issue(request), refused);
    harness_.keys().FailAt(0);
    EXPECT_TRUE(harness_.Stored() == before);
  }
}

TEST_F(BatchRefusalTest, AFailureHasAnItemToo) {
  harness_.entropy().FailAt(2);
  EXPECT_THAT(Issue(BatchOf({ItemFor(root_, "a"), ItemFor(root_, "b")},
                            v1::BATCH_MODE_ALL_OR_NOTHING)),
              IsRefusal(v1::REASON_ENTROPY_FAILED, "Request.Requests[1]"));
}

TEST_F(BatchTest, AllOrNothingIssuesAll) {
  const size_t certificates = Count("cert/");
  const auto response =
      Issue(BatchOf({ItemFor(root_, "a"), ItemFor(subordinate_, "b")},
                    v1::BATCH_MODE_ALL_OR_NOTHING));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->results_size(), 2);
  EXPECT_EQ(Count("cert/"), certificates + 2);
}

TEST_F(BatchTest, TokensAreThoseOfSingleCalls) {
  const Item early = ItemFor(subordinate_, "early", "token");
  const Item late = ItemFor(subordinate_, "late", "token");
  const auto alone = IssueAlone(early);
  ASSERT_THAT(alone, IsOk());
  const size_t certificates = Count("cert/");
  const auto response =
      Issue(BatchOf({late, early, late, ItemFor(subordinate_, "late"), early}));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(Count("cert/"), certificates + 2);
  const auto arn = [&](int i) {
    return response->results(i).certificate_arn();
  };
  const auto pem = [&](int i) { return response->results(i).certificate(); };
  EXPECT_EQ(arn(1), *alone);
  EXPECT_EQ(arn(4), *alone);
  EXPECT_EQ(arn(0), arn(2));
  EXPECT_NE(arn(0), arn(1));
  EXPECT_NE(arn(0), arn(3));
  for (int i = 0; i < response->results_size(); ++i) {
    EXPECT_EQ(pem(i), Get(subordinate_, arn(i)).certificate());
  }
  EXPECT_EQ(*IssueAlone(late), arn(0));
  // All of it was there before: nothing is committed.
  harness_.store().LoseRaces(1);
  const auto again = Issue(BatchOf({late, early}));
  harness_.store().LoseRaces(0);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->results(0).certificate_arn(), arn(0));
  EXPECT_EQ(Count("cert/"), certificates + 2);
}

TEST_F(BatchTest, TwinsAreRefusedAlike) {
  Item bad = ItemFor(subordinate_, "bad", "token");
  bad.set_csr("CSR");
  const auto response = Issue(BatchOf({bad, bad}));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->results(0).refusal().reason(), "REASON_CSR_DER");
  EXPECT_EQ(response->results(1).refusal().reason(), "REASON_CSR_DER");
}

TEST_F(BatchTest, ATokenWhoseCertificateIsGoneIsDamage) {
  const Item item = ItemFor(subordinate_, "a", "token");
  ASSERT_THAT(IssueAlone(item), IsOk());
  WriteBatch batch;
  for (const auto& [key, value] : harness_.Stored()) {
    if (absl::StartsWith(key, "cert/")) batch.deletes.push_back(key);
  }
  ASSERT_THAT(harness_.store().Commit(batch), IsOk());
  EXPECT_THAT(IssueAlone(item), IsRefusal(v1::REASON_RECORD_DAMAGED));
}

TEST_F(BatchTest, OfACaThatIsDisabledMeanwhileNothingIsIssued) {
  const std::vector<Item> items = {ItemFor(subordinate_, "a"),
                                   ItemFor(root_, "b"),
                                   ItemFor(subordinate_, "c")};
  const size_t certificates = Count("cert/");
  store_->before_commit = [&] { Disable(subordinate_); };
  const auto response = Issue(BatchOf(items));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->results(0).refusal().reason(), "REASON_STATE_ISSUE");
  EXPECT_TRUE(response->results(1).has_certificate());
  EXPECT_EQ(response->results(2).refusal().reason(), "REASON_STATE_ISSUE");
  EXPECT_EQ(Count("cert/"), certificates + 1);
}

TEST_F(BatchTest, AllOrNothingOfACaThatIsDisabledMeanwhile) {
  const size_t certificates = Count("cert/");
  store_->before_commit = [&] { Disable(subordinate_); };
  EXPECT_THAT(Issue(BatchOf({ItemFor(root_, "a"), ItemFor(subordinate_, "b")},
                            v1::BATCH_MODE_ALL_OR_NOTHING)),
              IsRefusal(v1::REASON_STATE_ISSUE,
                        "Request.Requests[1].CertificateAuthorityArn"));
  EXPECT_EQ(Count("cert/"), certificates);
}

TEST_F(BatchTest, ARefusalOfAnOldVersionIsNoRefusal) {
  const Request request =
      BatchOf({ItemFor(subordinate_, "a"), ItemFor(root_, "b")});
  Disable(subordinate_);
  EXPECT_TRUE(Issue(request)->results(0).has_refusal());
  harness_.ChangeCa(subordinate_, [](auto& record) {
    record.set_status(v1::CERTIFICATE_AUTHORITY_STATUS_ACTIVE);
  });
  const auto response = Issue(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(response->results(0).has_certificate());
  EXPECT_TRUE(response->results(1).has_certificate());
}

TEST_F(BatchTest, OnlyWhatChangedIsSignedAgain) {
  const auto renewed = harness_.IssueForCa(
      subordinate_, root_, "SubordinateCACertificate_PathLen0",
      HarnessTime() + absl::Hours(24 * 365));
  ASSERT_THAT(renewed, IsOk());
  std::vector<Item> items(3, ItemFor(root_, "device"));
  items.resize(5, ItemFor(subordinate_, "device"));
  // The engine has seen both CAs.
  ASSERT_THAT(Issue(BatchOf(items)), IsOk());
  store_->before_commit = [&] {
    EXPECT_THAT(harness_.Import(subordinate_, *renewed), IsOk());
  };
  // Five signatures, and two again.
  harness_.keys().FailAt(8);
  const auto response = Issue(BatchOf(items));
  ASSERT_THAT(response, IsOk());
  for (int i = 0; i < 5; ++i) {
    const auto stored = Get(items[i].certificate_authority_arn(),
                            response->results(i).certificate_arn());
    EXPECT_THAT(harness_.Verify(stored), IsOk());
    if (i >= 3) {
      EXPECT_EQ(Parsed(stored.certificate_chain()).der(),
                Parsed(renewed->certificate()).der());
    }
  }
  // The next use is the eighth.
  EXPECT_THAT(IssueAlone(items[0]), IsRefusal(v1::REASON_CRYPTO_FAILED));
}

TEST_F(BatchTest, OfTwoWithOneTokenBothGetOneCertificate) {
  const Item item = ItemFor(subordinate_, "device", "token");
  const size_t certificates = Count("cert/");
  std::string faster;
  store_->before_commit = [&] { faster = IssueAlone(item).value(); };
  const auto response = Issue(BatchOf({ItemFor(root_, "other"), item}));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->results(1).certificate_arn(), faster);
  EXPECT_EQ(Count("cert/"), certificates + 2);
}

TEST_F(BatchTest, TriesAgainWhenARaceIsLost) {
  const Request request =
      BatchOf({ItemFor(root_, "a"), ItemFor(subordinate_, "b", "token")});
  const auto before = harness_.Stored();
  harness_.store().LoseRaces(kMaxAttempts);
  EXPECT_THAT(Issue(request),
              IsRefusal(v1::REASON_LOST_RACE, "Request.Requests"));
  EXPECT_TRUE(harness_.Stored() == before);
  harness_.store().LoseRaces(kMaxAttempts - 1);
  EXPECT_THAT(Issue(request), IsOk());
}

TEST_F(BatchTest, ARetryAfterALostAnswerGetsWhatIsOnRecord) {
  const std::vector<Item> items = {ItemFor(root_, "a", "token"),
                                   ItemFor(subordinate_, "b", "token")};
  const size_t certificates = Count("cert/");
  harness_.store().LoseAnswers(1);
  EXPECT_THAT(Issue(BatchOf(items)), IsRefusal(v1::REASON_STORE_FAILED, ""));
  EXPECT_EQ(Count("cert/"), certificates + 2);
  const auto response = Issue(BatchOf(items));
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(Count("cert/"), certificates + 2);
  EXPECT_EQ(*IssueAlone(items[0]), response->results(0).certificate_arn());
  EXPECT_EQ(*IssueAlone(items[1]), response->results(1).certificate_arn());
}

// Whatever call of a port fails: what is said to be issued is on record, and
// nothing else is.
TEST_F(BatchTest, NothingIsHalfIssued) {
  const Request per_item =
      BatchOf({ItemFor(root_, "a"), ItemFor(subordinate_, "b"),
               ItemFor(subordinate_, "c")});
  Request all = per_item;
  all.set_mode(v1::BATCH_MODE_ALL_OR_NOTHING);
  const auto check = [&](const Request& request,
                         const std::function<void(int)>& fail_at) {
    int failures = 0;
    for (int nth = 1; nth <= 8; ++nth) {
      const size_t certificates = Count("cert/");
      const size_t audited = Count("audit/");
      const size_t tokens = Count("token/");
      // Tokens of their own, so that nothing was issued before.
      Request attempt = request;
      for (int i = 0; i < attempt.requests_size(); ++i) {
        attempt.mutable_requests(i)->set_idempotency_token(
            absl::StrCat("token-", certificates, "-", nth));
      }
      fail_at(nth);
      const auto response = Issue(attempt);
      fail_at(0);
      size_t issued = 0;
      if (response.ok()) {
        for (const auto& result : response->results()) {
          EXPECT_NE(result.has_certificate(), result.has_refusal());
          issued += result.has_certificate() ? 1 : 0;
        }
      }
      if (issued < 3) ++failures;
      if (request.mode() == v1::BATCH_MODE_ALL_OR_NOTHING) {
        EXPECT_EQ(issued, response.ok() ? 3u : 0u);
      }
      EXPECT_EQ(Count("cert/"), certificates + issued);
      EXPECT_EQ(Count("audit/"), audited + issued);
      EXPECT_EQ(Count("token/"), tokens + issued);
    }
    return failures;
  };
  ASSERT_THAT(Issue(per_item), IsOk());
  for (const Request& request : {per_item, all}) {
    // Three tokens are looked up, then comes the commit.
    EXPECT_EQ(check(request, [&](int n) { harness_.store().FailAt(n); }), 4);
    EXPECT_EQ(check(request, [&](int n) { harness_.entropy().FailAt(n); }), 3);
    EXPECT_EQ(check(request, [&](int n) { harness_.keys().FailAt(n); }), 3);
  }
}

// Randomness that says the same again and again.
class StuckEntropy : public Entropy {
 public:
  absl::Status Fill(uint8_t* out, size_t size) override {
    std::fill_n(out, size, 7);
    return absl::OkStatus();
  }
};

TEST_F(BatchTest, NoSerialIsGivenTwice) {
  Ports ports = harness_.ports();
  ports.entropy = std::make_shared<StuckEntropy>();
  engine_ = Engine::New({}, ports).value();
  const auto response = Issue(BatchOf(
      {ItemFor(root_, "a"), ItemFor(root_, "b"), ItemFor(subordinate_, "c")}));
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(response->results(0).has_certificate());
  EXPECT_EQ(response->results(1).refusal().reason(), "REASON_ENTROPY_FAILED");
  // Another CA's serials are its own.
  EXPECT_TRUE(response->results(2).has_certificate());
}

TEST_F(BatchTest, AFailingClockIsAFailureOfTheCall) {
  harness_.clock().Set(absl::InfiniteFuture());
  EXPECT_THAT(Issue(BatchOf({ItemFor(root_, "a")})),
              IsRefusal(v1::REASON_CLOCK_RANGE, ""));
}

// With the same keys and the same randomness many threads issue what single
// calls do.
TEST(BigBatchTest, EqualsSingleCalls) {
  constexpr int kItems = 1000;
  EngineHarness single({}, std::make_shared<FixedKeyStore>());
  EngineHarness batch({}, std::make_shared<FixedKeyStore>());
  const std::string ca = single.CreateRoot("Root").value();
  ASSERT_EQ(batch.CreateRoot("Root").value(), ca);
  // Neither has seen the CA before: who has decides twice, with two serials.
  const auto single_engine = Engine::New({}, single.ports()).value();
  Ports ports = batch.ports();
  ports.executor = std::make_shared<Threads>(kThreads);
  const auto batch_engine = Engine::New({}, ports).value();

  Request request;
  for (int i = 0; i < kItems; ++i) {
    *request.add_requests() =
        single.IssueRequest(ca, View(CsrFor(absl::StrCat("device ", i))));
  }
  Response response;
  ASSERT_THAT(batch_engine->Call("IssueCertificates", request, &response),
              IsOk());
  ASSERT_EQ(response.results_size(), kItems);

  v1::GetCertificateAuthorityCertificateRequest get_ca;
  get_ca.set_certificate_authority_arn(ca);
  const Bytes root =
      DecodePem(
          batch.Call<v1::GetCertificateAuthorityCertificateResponse>(get_ca)
              ->certificate(),
          kLabels)
          ->front();
  for (int i = 0; i < kItems; ++i) {
    SCOPED_TRACE(i);
    v1::IssueCertificateResponse alone;
    ASSERT_THAT(
        single_engine->Call("IssueCertificate", request.requests(i), &alone),
        IsOk());
    ASSERT_EQ(response.results(i).certificate_arn(), alone.certificate_arn());
    v1::GetCertificateRequest get;
    get.set_certificate_authority_arn(ca);
    get.set_certificate_arn(alone.certificate_arn());
    const Certificate certificate = Parsed(response.results(i).certificate());
    ASSERT_TRUE(
        certificate.tbs_der() ==
        Parsed(single.Call<v1::GetCertificateResponse>(get)->certificate())
            .tbs_der());
    ASSERT_THAT(
        VerifyWithBoringSsl(certificate.der(), {}, View(root), HarnessTime()),
        IsOk());
  }
  // The same keys are in both stores.
  const auto keys = [](EngineHarness& harness) {
    std::vector<std::string> all;
    for (const auto& entry : harness.Stored()) all.push_back(entry.first);
    return all;
  };
  EXPECT_EQ(keys(single), keys(batch));
}

TEST_F(BatchTest, AsksOnceWhetherAGuestMay) {
  constexpr char kGuest[] = "777788889999";
  v1::PutPolicyRequest policy;
  policy.set_resource_arn(root_);
  policy.set_policy(PolicyForPrincipal(root_, kGuest));
  ASSERT_THAT(harness_.Call<v1::PutPolicyResponse>(policy), IsOk());
  const Request request =
      BatchOf(std::vector<Item>(20, ItemFor(root_, "device")));
  store_->InterruptAt(request.requests_size(), [] {});
  Response response;
  ASSERT_THAT(engine_->CallAs({kGuest, "", ""}, "IssueCertificates", request,
                              &response),
              IsOk());
  EXPECT_FALSE(store_->was_interrupted());
  for (const auto& result : response.results()) {
    EXPECT_TRUE(result.has_certificate());
  }

  // What it may is another question for each template.
  Item refused = ItemFor(root_, "device");
  refused.set_template_arn(TemplateArnOf("CodeSigningCertificate"));
  ASSERT_THAT(engine_->CallAs({kGuest, "", ""}, "IssueCertificates",
                              BatchOf({request.requests(0), refused, refused}),
                              &response),
              IsOk());
  EXPECT_TRUE(response.results(0).has_certificate());
  for (const int i : {1, 2}) {
    EXPECT_EQ(response.results(i).refusal().reason(), "REASON_ACCESS_DENIED");
  }
}

}  // namespace
}  // namespace pki
