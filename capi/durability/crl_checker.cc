// Records, objects and entries of CRLs.
#include "capi/durability/crl_checker.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "pki/base/timestamp.h"
#include "pki/engine/records.h"
#include "pki/testing/read_crl_with_boringssl.h"

namespace pki {
namespace {

constexpr absl::string_view kSuffix = ".crl";

// The id of the CA, or of its partition, whose CRL has the key; empty when
// there is none.
std::string IdOf(const Contents& contents, const std::string& key) {
  const std::vector<std::string> parts = PartsOf(key);
  const auto ca = contents.authorities.find(absl::StrCat("ca/", parts[1]));
  int partition = 0;
  if (ca == contents.authorities.end() ||
      !absl::SimpleAtoi(parts[2], &partition) ||
      partition > ca->second.crl_partitions_size()) {
    return "";
  }
  return partition == 0 ? parts[1] : ca->second.crl_partitions(partition - 1);
}

bool IsPartition(const std::string& key) { return PartsOf(key)[2] != "000"; }

// The object that the record names; null when there is none.
const v1::ObjectRecord* ObjectOf(const Contents& contents,
                                 const v1::CrlRecord& record) {
  const auto object = contents.objects.find(
      absl::StrCat("object/", record.bucket(), "/", record.key()));
  return object == contents.objects.end() ? nullptr : &object->second;
}

// In hexadecimal, and without the zeros that it begins with.
std::string Digits(absl::string_view serial) {
  serial.remove_prefix(std::min(serial.find_first_not_of('0'), serial.size()));
  return std::string(serial);
}

// As in an ASN.1 UTCTime.
std::string TextOf(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%y%m%d%H%M%SZ", FromTimestamp(time),
                          absl::UTCTimeZone());
}

// Whether the bytes say what the record says, and are signed by its CA.
bool Agree(const std::string& key, const v1::CrlRecord& record,
           const CrlOfBoringSsl& crl, const Bytes& der,
           const Contents& contents) {
  const auto ca = contents.authorities.find(CaKey(PartsOf(key)[1]));
  if (ca == contents.authorities.end() ||
      record.issuer_certificate() >=
          static_cast<uint32_t>(ca->second.certificates_size())) {
    return false;
  }
  const Bytes& issuer =
      ca->second.certificates(static_cast<int>(record.issuer_certificate()))
          .certificate();
  return crl.number == absl::StrCat(absl::Hex(record.number())) &&
         crl.this_update == TextOf(record.this_update()) &&
         crl.next_update == TextOf(record.next_update()) &&
         crl.entries.size() == record.entries() &&
         der.size() == record.size() &&
         crl.partition.empty() != IsPartition(key) &&
         (crl.partition.empty() || crl.partition.front() == record.uri()) &&
         VerifyCrlWithBoringSsl(View(der), View(issuer));
}

void CheckCrl(const std::string& key, const v1::CrlRecord& record,
              const Contents& contents, Problems* problems) {
  const v1::ObjectRecord* const object = ObjectOf(contents, record);
  if (object == nullptr || object->created_at().SerializeAsString() !=
                               record.generated_at().SerializeAsString()) {
    AddProblem(problems, key, "is not that of its object");
    return;
  }
  const Bytes der = ContentOf(contents, *object);
  const auto crl = ReadCrlWithBoringSsl(View(der));
  if (!crl.has_value() || !Agree(key, record, *crl, der, contents)) {
    AddProblem(problems, key, "is not what its object says");
    return;
  }
  std::set<std::string> revoked;
  const std::string prefix = RevocationPrefix(PartsOf(key)[1]);
  for (auto each = contents.revocations.lower_bound(prefix);
       each != contents.revocations.end() &&
       absl::StartsWith(each->first, prefix);
       ++each) {
    revoked.insert(Digits(each->first.substr(prefix.size())));
  }
  for (const CrlOfBoringSsl::Entry& entry : crl->entries) {
    // Of each there is one.
    if (revoked.erase(entry.serial) == 0) {
      AddProblem(problems, key,
                 absl::StrCat("lists ", entry.serial,
                              ", which is not revoked, or twice"));
    }
  }
}

// At every place that a CRL has had, the object is the last one.
void CheckPlaces(const Contents& contents, Problems* problems) {
  std::map<std::string, const v1::ObjectRecord*> last;  // by id
  for (const auto& [key, record] : contents.crls) {
    last[IdOf(contents, key)] = ObjectOf(contents, record);
  }
  for (const auto& [key, record] : contents.objects) {
    if (!absl::EndsWith(key, kSuffix)) continue;
    std::string id = PartsOf(key).back();
    id.resize(id.size() - kSuffix.size());
    const v1::ObjectRecord* const object = last[id];
    if (object == nullptr || object->content_id() != record.content_id()) {
      AddProblem(problems, key, "is not the last CRL");
    }
  }
}

// Each CRL that was ever made has an audit entry, and the last one the highest
// number; none has that of another. Those that were answered are among them.
void CheckNumbers(const Contents& contents, const Answers& answers,
                  Problems* problems) {
  std::map<std::string, std::set<uint64_t>> numbers;  // by key
  for (const auto& [key, record] : contents.audit) {
    if (record.event() != v1::AUDIT_EVENT_CRL) continue;
    const std::vector<std::string> parts = PartsOf(key);
    const std::vector<std::string> what = absl::StrSplit(parts.back(), '-');
    uint64_t number = 0;
    if (what.size() != 3 || !absl::SimpleAtoi(what[2], &number) ||
        !numbers[absl::StrCat("crl/", parts[1], "/", what[1])]
             .insert(number)
             .second) {
      AddProblem(problems, key, "is of no CRL, or of two");
    }
  }
  std::map<std::string, std::string> key_of;  // by id
  for (const auto& [key, record] : contents.crls) {
    key_of[IdOf(contents, key)] = key;
    if (numbers[key].empty() || *numbers[key].rbegin() != record.number()) {
      AddProblem(problems, key, "is not the one with the last audit entry");
    }
  }
  for (const auto& [id, crls] : answers.crls()) {
    const std::string& key = key_of[id];
    const auto record = contents.crls.find(key);
    for (const auto& [number, der] : crls) {
      if (numbers[key].count(number) == 0) {
        AddProblem(problems, absl::StrCat(id, ".crl ", number),
                   "was answered, and was never there");
      } else if (!der.empty() && number == record->second.number() &&
                 der !=
                     ContentOf(contents, *ObjectOf(contents, record->second))) {
        AddProblem(problems, key, "has other content than was answered");
      }
    }
  }
}

// Each of the last CRLs is found by its URI, and by the URIs that it had.
void CheckUris(const Contents& contents, Problems* problems) {
  const auto& uris = contents.crl_uris;
  for (const auto& [key, record] : contents.crls) {
    const auto uri = uris.find(CrlUriKey(record.uri()));
    if (uri == uris.end() ||
        CrlKey(uri->second.ca_id(), uri->second.partition()) != key) {
      AddProblem(problems, key, "is not found by its URI");
    }
  }
  for (const auto& [key, record] : uris) {
    if (contents.crls.count(CrlKey(record.ca_id(), record.partition())) == 0) {
      AddProblem(problems, key, "leads to no CRL");
    }
  }
}

// A CRL by what is asked of it.
struct Listing {
  absl::Time begin;
  std::vector<std::string> partition;
  std::set<std::string> serials;
};

std::map<std::string, Listing> ListingsOf(const Contents& contents) {
  std::map<std::string, Listing> listings;  // by key
  for (const auto& [key, record] : contents.crls) {
    const v1::ObjectRecord* const object = ObjectOf(contents, record);
    const auto crl =
        object == nullptr
            ? std::nullopt
            : ReadCrlWithBoringSsl(View(ContentOf(contents, *object)));
    if (!crl.has_value()) continue;
    Listing& listing = listings[key];
    listing.begin = FromTimestamp(record.this_update());
    listing.partition = crl->partition;
    for (const CrlOfBoringSsl::Entry& entry : crl->entries) {
      listing.serials.insert(entry.serial);
    }
  }
  return listings;
}

// Whether the CRLs of the CA, of which the certificate may name one, say that
// it is revoked: until it has expired, and no partition but its own.
bool IsTold(const std::string& ca_id, const std::string& serial,
            absl::Time not_after, const Bytes& certificate,
            const Contents& contents,
            const std::map<std::string, Listing>& listings) {
  const std::string prefix = CrlPrefix(ca_id);
  absl::Time latest = absl::InfinitePast();
  std::set<std::string> own;     // keys
  std::set<std::string> others;  // keys
  size_t partitions = 0;
  for (auto each = listings.lower_bound(prefix);
       each != listings.end() && absl::StartsWith(each->first, prefix);
       ++each) {
    const Listing& listing = each->second;
    latest = std::max(latest, listing.begin);
    (listing.serials.count(serial) != 0 ? own : others).insert(each->first);
    if (IsPartition(each->first)) ++partitions;
  }
  const size_t complete = own.size() + others.size() - partitions;
  if (partitions != 0 && own.size() > complete + 1) return false;
  if (not_after < latest) return true;
  if (own.size() != complete + (partitions != 0 ? 1 : 0)) return false;
  if (complete != 0 && own.count(CrlKey(ca_id, 0)) == 0) return false;
  for (const std::string& uri : CrlUrisWithBoringSsl(View(certificate))) {
    const auto named = contents.crl_uris.find(CrlUriKey(uri));
    if (named == contents.crl_uris.end()) return false;
    const std::string key =
        CrlKey(named->second.ca_id(), named->second.partition());
    if (own.count(key) == 0) return false;
    const std::vector<std::string>& scope = listings.at(key).partition;
    if (!scope.empty() &&
        std::find(scope.begin(), scope.end(), uri) == scope.end()) {
      return false;
    }
  }
  return true;
}

}  // namespace

void CheckCrls(const Contents& contents, const Answers& answers,
               Problems* problems) {
  for (const auto& [key, record] : contents.crls) {
    CheckCrl(key, record, contents, problems);
  }
  CheckPlaces(contents, problems);
  CheckNumbers(contents, answers, problems);
  CheckUris(contents, problems);
}

void CheckCrlsAreUp(const Contents& contents, Problems* problems) {
  for (const auto& [key, record] : contents.authorities) {
    const std::string id = PartsOf(key)[1];
    const bool is_complete =
        record.revocation().crl_configuration().crl_type() !=
        v1::CRL_TYPE_PARTITIONED;
    for (int i = is_complete ? 0 : 1; i <= record.crl_partitions_size(); ++i) {
      if (contents.crls.count(CrlKey(id, static_cast<size_t>(i))) == 0) {
        AddProblem(problems, key, absl::StrCat("lacks its CRL ", i));
      }
    }
  }
  const std::map<std::string, Listing> listings = ListingsOf(contents);
  for (const auto& [key, record] : contents.revocations) {
    const std::string ca_id = PartsOf(key)[1];
    const std::string serial = PartsOf(key)[2];
    const auto issued =
        contents.certificates.find(CertificateKey(ca_id, serial));
    if (issued == contents.certificates.end() ||
        !IsTold(ca_id, Digits(serial), FromTimestamp(record.not_after()),
                issued->second.certificate(), contents, listings)) {
      AddProblem(problems, key, "is not in the CRLs as it should be");
    }
  }
}

}  // namespace pki
