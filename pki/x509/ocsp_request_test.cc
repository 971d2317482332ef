// OCSP requests: what openssl makes is read, and what is refused.
#include "pki/x509/ocsp_request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pki/base/status.h"
#include "pki/crypto/spki.h"
#include "pki/der/oid.h"
#include "pki/der/writer.h"
#include "pki/testing/ocsp_authority.h"
#include "pki/testing/program.h"
#include "pki/testing/status_matchers.h"
#include "pki/x509/extension.h"
#include "pki/x509/ocsp_cert_id.h"

namespace pki {
namespace {

using der::Writer;

// What `openssl ocsp` sends for these options.
Bytes MakeWithOpenssl(const OcspAuthority& ca,
                      const std::vector<std::string>& options) {
  const std::string path = NewTestPath("request.der");
  std::vector<std::string> command = {"openssl", "ocsp", "-reqout", path};
  // The hash holds for the certificates that follow it.
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"-issuer", ca.certificate_file, "-serial",
                                 "0x1234", "-serial", "0xfe"});
  const ProgramResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result.output;
  return ReadTestFile(path);
}

TEST(OcspRequestTest, ReadsWhatOpensslMakesByEachHash) {
  const OcspAuthority ca;
  const char* const options[] = {"-sha1", "-sha256", "-sha384", "-sha512"};
  for (const CertIdHash hash : CertIdHashes()) {
    const char* const option = options[static_cast<int>(hash)];
    const Bytes der = MakeWithOpenssl(ca, {option, "-no_nonce"});
    const auto request = ParseOcspRequest(View(der));
    ASSERT_THAT(request, IsOk());
    EXPECT_TRUE(request->nonce.empty());
    // openssl's -serial takes the hash of the last option before it.
    ASSERT_EQ(request->certificates.size(), 2U);
    EXPECT_EQ(Hex(request->certificates[0].serial), "1234");
    EXPECT_EQ(Hex(request->certificates[1].serial), "00fe");
    for (const CertId& id : request->certificates) {
      EXPECT_EQ(Text(id.issuer_name_hash), HashBy(hash, View(ca.name)));
      EXPECT_EQ(Text(id.issuer_key_hash),
                HashBy(hash, ParseSpki(View(ca.key.spki()), "")->key));
      EXPECT_EQ(id.hash, hash);
    }
  }
}

TEST(OcspRequestTest, ReadsWhatIsByAHashThatIsNotKnown) {
  const OcspAuthority ca;
  for (const char* const option : {"-sha224", "-md5"}) {
    const Bytes der = MakeWithOpenssl(ca, {option, "-no_nonce"});
    const auto request = ParseOcspRequest(View(der));
    ASSERT_THAT(request, IsOk()) << option;
    ASSERT_EQ(request->certificates.size(), 2U);
    EXPECT_EQ(request->certificates[0].hash, std::nullopt);
    EXPECT_EQ(Hex(request->certificates[0].serial), "1234");
  }
}

TEST(OcspRequestTest, ReadsTheNonce) {
  const OcspAuthority ca;
  const Bytes der = MakeWithOpenssl(ca, {"-nonce"});
  const auto request = ParseOcspRequest(View(der));
  ASSERT_THAT(request, IsOk());
  EXPECT_GE(request->nonce.size(), 16U);
}

TEST(OcspRequestTest, PassesOverASignature) {
  const OcspAuthority ca;
  const Bytes der = MakeWithOpenssl(
      ca, {"-signer", ca.certificate_file, "-signkey", ca.key_file});
  EXPECT_THAT(ParseOcspRequest(View(der)), IsOk());
}

TEST(OcspRequestTest, WritesWhatOpensslMakes) {
  const OcspAuthority ca;
  const Bytes theirs = MakeWithOpenssl(ca, {"-sha256", "-no_nonce"});
  const auto request = ParseOcspRequest(View(theirs));
  ASSERT_THAT(request, IsOk());
  for (const CertId& id : request->certificates) {
    EXPECT_EQ(View(EncodeCertId(*id.hash, id.issuer_name_hash,
                                id.issuer_key_hash, id.serial)),
              id.der);
    const auto own = EncodeOcspRequest(id.der);
    const auto again = ParseOcspRequest(View(own));
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->certificates.at(0).der, id.der);
  }
}

// The parts of a request; whole elements in DER, empty for none.
struct Parts {
  Bytes before;  // what stands before the list
  Bytes cert_id = EncodeCertId(CertIdHash::kSha1, View(Bytes(20, 'n')),
                               View(Bytes(20, 'k')), View("s"));
  Bytes after_cert_id;
  Bytes after_list;
  Bytes after_tbs;
  Bytes behind;
};

Bytes Encode(const Parts& parts) {
  Writer writer;
  writer.Add(der::kSequence, [&](Writer& request) {
    request.Add(der::kSequence, [&](Writer& tbs) {
      tbs.AddRaw(View(parts.before));
      tbs.Add(der::kSequence, [&](Writer& list) {
        if (parts.cert_id.empty()) return;
        list.Add(der::kSequence, [&](Writer& single) {
          single.AddRaw(View(parts.cert_id));
          single.AddRaw(View(parts.after_cert_id));
        });
      });
      tbs.AddRaw(View(parts.after_list));
    });
    request.AddRaw(View(parts.after_tbs));
  });
  writer.AddRaw(View(parts.behind));
  return writer.Finish();
}

Bytes In(der::Tag tag, ByteView contents) {
  Writer writer;
  writer.AddBytes(tag, contents);
  return writer.Finish();
}

Bytes Extensions(unsigned tag, const std::vector<Bytes>& extensions) {
  Bytes all;
  for (const Bytes& each : extensions) all += each;
  return In(der::ContextConstructed(tag), View(In(der::kSequence, View(all))));
}

Bytes Nonce(size_t size) {
  return EncodeExtension(oid::kOcspNonce, false,
                         View(In(der::kOctetString, View(Bytes(size, 'x')))));
}

TEST(OcspRequestTest, TakesWhoAsksAndWhatIsNotCritical) {
  const Bytes unknown = EncodeExtension(oid::kCommonName, false, View("x"));
  for (const size_t size : {size_t{1}, kMaxOcspNonce}) {
    Parts parts;
    parts.before = In(der::ContextConstructed(1),
                      View(In(der::Context(2), View("a.example"))));
    parts.after_cert_id = Extensions(0, {unknown});
    parts.after_list = Extensions(2, {unknown, Nonce(size)});
    const Bytes der = Encode(parts);
    const auto request = ParseOcspRequest(View(der));
    ASSERT_THAT(request, IsOk());
    EXPECT_EQ(request->nonce.size(), size);
  }
}

TEST(OcspRequestTest, KnowsACriticalNonce) {
  Parts parts;
  parts.after_list =
      Extensions(2, {EncodeExtension(oid::kOcspNonce, true,
                                     View(In(der::kOctetString, View("x"))))});
  EXPECT_THAT(ParseOcspRequest(View(Encode(parts))), IsOk());
}

struct Refused {
  v1::Reason reason;
  const char* field;
  Parts parts;
};

TEST(OcspRequestTest, RefusesTheRest) {
  const Bytes critical = EncodeExtension(oid::kCommonName, true, View("x"));
  const Bytes version = In(der::ContextConstructed(0), View("\x02\x01\x01"));
  const Bytes default_version =
      In(der::ContextConstructed(0), View(absl::string_view("\x02\x01\0", 3)));
  const auto with = [](Bytes Parts::*part, Bytes value) {
    Parts parts;
    parts.*part = std::move(value);
    return parts;
  };
  const auto cert_id = [&with](Bytes value) {
    return with(&Parts::cert_id, std::move(value));
  };
  const Bytes good = Parts().cert_id;
  const Refused refused[] = {
      {v1::REASON_OCSP_REQUEST, "OcspRequest.tbsRequest",
       with(&Parts::behind, "x")},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.tbsRequest",
       with(&Parts::after_list, In(der::kNull, {}))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.optionalSignature",
       with(&Parts::after_tbs, In(der::kNull, {}))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.optionalSignature",
       with(&Parts::after_tbs, In(der::ContextConstructed(0), View("x")))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestList", cert_id("")},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestList[0]",
       cert_id(In(der::kNull, {}))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestList[0]",
       with(&Parts::after_cert_id, In(der::kNull, {}))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.version",
       with(&Parts::before, default_version)},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestorName",
       with(&Parts::before, In(der::ContextConstructed(1), View("x")))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestExtensions",
       with(&Parts::after_list, Extensions(2, {}))},
      {v1::REASON_OCSP_REQUEST, "OcspRequest.requestExtensions",
       with(&Parts::after_list, Extensions(2, {Nonce(1), Nonce(1)}))},
      {v1::REASON_OCSP_VERSION, "OcspRequest.version",
       with(&Parts::before, version)},
      {v1::REASON_OCSP_EXTENSION, "OcspRequest.requestExtensions[2.5.4.3]",
       with(&Parts::after_list, Extensions(2, {critical}))},
      {v1::REASON_OCSP_EXTENSION,
       "OcspRequest.requestList[0].singleRequestExtensions[2.5.4.3]",
       with(&Parts::after_cert_id, Extensions(0, {critical}))},
      {v1::REASON_OCSP_NONCE,
       "OcspRequest.requestExtensions[1.3.6.1.5.5.7.48.1.2]",
       with(&Parts::after_list, Extensions(2, {Nonce(0)}))},
      {v1::REASON_OCSP_NONCE,
       "OcspRequest.requestExtensions[1.3.6.1.5.5.7.48.1.2]",
       with(&Parts::after_list, Extensions(2, {Nonce(kMaxOcspNonce + 1)}))},
      {v1::REASON_OCSP_NONCE,
       "OcspRequest.requestExtensions[1.3.6.1.5.5.7.48.1.2]",
       with(&Parts::after_list,
            Extensions(
                2, {EncodeExtension(oid::kOcspNonce, false, View("raw"))}))},
      // Of another size than its hash, with other parameters than NULL, and
      // with something behind the serial.
      {v1::REASON_OCSP_CERT_ID, "OcspRequest.requestList[0].reqCert",
       cert_id(EncodeCertId(CertIdHash::kSha256, View(Bytes(20, 'n')),
                            View(Bytes(32, 'k')), View("s")))},
      {v1::REASON_OCSP_CERT_ID, "OcspRequest.requestList[0].reqCert",
       cert_id(EncodeCertId(CertIdHash::kSha256, View(Bytes(32, 'n')),
                            View(Bytes(20, 'k')), View("s")))},
      {v1::REASON_OCSP_CERT_ID, "OcspRequest.requestList[0].reqCert",
       cert_id(Bytes(good).replace(11, 1, "\x04"))},
      {v1::REASON_OCSP_CERT_ID, "OcspRequest.requestList[0].reqCert",
       cert_id(In(der::kSequence, View(good.substr(2) + In(der::kNull, {}))))},
  };
  for (const Refused& each : refused) {
    const Bytes der = Encode(each.parts);
    EXPECT_THAT(ParseOcspRequest(View(der)), IsRefusal(each.reason, each.field))
        << Hex(View(der));
  }
  EXPECT_THAT(ParseOcspRequest({}), IsRefusal(v1::REASON_OCSP_REQUEST));
}

}  // namespace
}  // namespace pki
