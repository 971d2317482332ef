// Every limit that the service's messages declare, met and exceeded; then what
// a refusal says, and the options that the validator cannot keep.
#include "pki/wire/validator.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pki/base/status.h"
#include "pki/wire/field.h"
#include "pki/wire/sample_message.h"
#include "pki/wire/wire_test.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

const Validator& ServiceValidator() {
  static const auto* const kValidator =
      new absl::StatusOr<Validator>(Validator::Create(ServiceMessages()));
  return kValidator->value();
}

// "REASON_X at Path", or "OK".
std::string Outcome(const absl::Status& status) {
  if (status.ok()) return "OK";
  const v1::ErrorDetail detail = DetailOf(status);
  return absl::StrCat(v1::Reason_Name(detail.reason()), " at ", detail.field());
}

std::string Check(const Message& message) {
  return Outcome(ServiceValidator().Check(message));
}

std::unique_ptr<Message> New(const Descriptor* type) {
  return std::unique_ptr<Message>(
      MessageFactory::generated_factory()->GetPrototype(type)->New());
}

bool IsRequired(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::required);
}

// Calls `visit` with each field of each message, and a message of that type
// that is valid and full.
template <typename Visit>
void ForEachField(Visit visit) {
  for (const Descriptor* type : AllServiceMessages()) {
    for (int i = 0; i < type->field_count(); ++i) {
      SCOPED_TRACE(type->field(i)->full_name());
      const auto message = New(type);
      FillMessage(message.get());
      visit(*type->field(i), message.get());
    }
  }
}

v1::IssueCertificateRequest ValidRequest() {
  v1::IssueCertificateRequest request;
  FillMessage(&request);
  return request;
}

TEST(ValidatorTest, AcceptsFullMessages) {
  for (const Descriptor* type : AllServiceMessages()) {
    SCOPED_TRACE(type->full_name());
    const auto message = New(type);
    FillMessage(message.get());
    EXPECT_EQ(Check(*message), "OK");
  }
}

TEST(ValidatorTest, LimitsEveryField) {
  // Members whose shape the model leaves without a limit, and names of ours
  // that there are or are not.
  const std::set<std::string> kUnlimited = {
      "pki.v1.BackupStoreRequest.path",
      "pki.v1.CertificateAuthority.serial",
      "pki.v1.CsrExtensions.subject_information_access",
      "pki.v1.DescribeOperationRequest.operation",
      "pki.v1.GetCertificateAuthorityCertificateResponse.certificate",
      "pki.v1.GetCertificateAuthorityCertificateResponse.certificate_chain",
      "pki.v1.GetCertificateAuthorityCsrResponse.csr",
      "pki.v1.GetCertificateResponse.certificate",
      "pki.v1.GetCertificateResponse.certificate_chain",
      "pki.v1.GetCertificateRevocationListRequest.partition",
      "pki.v1.GetObjectRequest.content_id",
      "pki.v1.ListCertificateAuthoritiesResponse.certificate_authorities",
      "pki.v1.ListPermissionsResponse.permissions",
  };
  std::set<std::string> unlimited;
  ForEachField([&](const FieldDescriptor& field, Message*) {
    const bool countable = field.is_repeated() ||
                           field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
                           field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
                           field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (countable && !field.options().HasExtension(v1::shape)) {
      unlimited.insert(field.full_name());
    }
  });
  EXPECT_EQ(unlimited, kUnlimited);
}

TEST(ValidatorTest, AsksForRequiredMembersOnly) {
  ForEachField([](const FieldDescriptor& field, Message* message) {
    message->GetReflection()->ClearField(message, &field);
    EXPECT_EQ(Check(*message),
              IsRequired(field)
                  ? absl::StrCat("REASON_FIELD_REQUIRED at ", field.json_name())
                  : "OK");
  });
}

TEST(ValidatorTest, KeepsTheBoundsOfTextAndBlobs) {
  ForEachField([](const FieldDescriptor& field, Message* message) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
    const v1::Limits& limits = LimitsOf(field);
    const auto check = [&](int64_t length) {
      const v1::Shape shape = field.options().GetExtension(v1::shape);
      message->GetReflection()->SetString(message, &field,
                                          TextOf(shape, length));
      return Check(*message);
    };
    if (limits.has_max()) {
      EXPECT_EQ(check(limits.max()), "OK");
      EXPECT_EQ(check(limits.max() + 1),
                absl::StrCat("REASON_FIELD_TOO_LONG at ", field.json_name()));
    }
    if (limits.min() > 0) {
      const std::string too_short =
          absl::StrCat("REASON_FIELD_TOO_SHORT at ", field.json_name());
      // The shortest text that may be is too short for some patterns.
      EXPECT_NE(check(limits.min()), too_short);
      EXPECT_EQ(check(limits.min() - 1), too_short);
    }
  });
}

TEST(ValidatorTest, KeepsTheBoundsOfNumbers) {
  ForEachField([](const FieldDescriptor& field, Message* message) {
    const v1::Limits& limits = LimitsOf(field);
    const auto check = [&](int64_t value) {
      const Reflection& reflection = *message->GetReflection();
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
        reflection.SetInt32(message, &field, static_cast<int32_t>(value));
      } else {
        reflection.SetInt64(message, &field, value);
      }
      return Check(*message);
    };
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_INT32 &&
        field.cpp_type() != FieldDescriptor::CPPTYPE_INT64) {
      return;
    }
    const std::string out_of_range =
        absl::StrCat("REASON_FIELD_RANGE at ", field.json_name());
    EXPECT_EQ(check(limits.min()), "OK");
    EXPECT_EQ(check(limits.min() - 1), out_of_range);
    if (!limits.has_max()) return;
    EXPECT_EQ(check(limits.max()), "OK");
    EXPECT_EQ(check(limits.max() + 1), out_of_range);
  });
}

TEST(ValidatorTest, KeepsTheBoundsOfLists) {
  ForEachField([](const FieldDescriptor& field, Message* message) {
    if (!field.is_repeated() || !LimitsOf(field).has_max()) return;
    const Reflection& reflection = *message->GetReflection();
    while (reflection.FieldSize(*message, &field) < LimitsOf(field).max()) {
      FillField(field, message);
    }
    EXPECT_EQ(Check(*message), "OK");
    FillField(field, message);
    EXPECT_EQ(Check(*message),
              absl::StrCat("REASON_LIST_LENGTH at ", field.json_name()));
  });
}

TEST(ValidatorTest, TakesListedEnumValuesOnly) {
  ForEachField([](const FieldDescriptor& field, Message* message) {
    if (field.enum_type() == nullptr) return;
    const auto check = [&](int value) {
      const google::protobuf::Reflection& to = *message->GetReflection();
      if (field.is_repeated()) {
        to.SetRepeatedEnumValue(message, &field, 0, value);
      } else {
        to.SetEnumValue(message, &field, value);
      }
      return Check(*message);
    };
    const int last = field.enum_type()->value_count() - 1;
    EXPECT_EQ(check(last), "OK");
    const std::string refused =
        absl::StrCat("REASON_FIELD_ENUM at ", field.json_name(),
                     field.is_repeated() ? "[0]" : "");
    EXPECT_EQ(check(last + 1), refused);
    EXPECT_EQ(check(0), refused);
    EXPECT_EQ(check(-1), refused);
  });
}

TEST(ValidatorTest, CountsCharactersNotBytes) {
  v1::ASN1Subject subject;
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\xF0\x9F\x94\x91";  // U+1F511
  subject.set_common_name(name);
  EXPECT_EQ(Check(subject), "OK");
  subject.set_common_name(name + "x");
  EXPECT_EQ(Check(subject), "REASON_FIELD_TOO_LONG at CommonName");
}

TEST(ValidatorTest, MatchesPatternsAsAWhole) {
  struct Case {
    const char* text;
    bool good;
  };
  const auto check = [](auto set, const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.text);
      const absl::Status status = set(c.text);
      EXPECT_EQ(ReasonOf(status),
                c.good ? v1::REASON_UNSPECIFIED : v1::REASON_FIELD_PATTERN);
    }
  };
  check(
      [](const char* text) {
        v1::DescribeCertificateAuthorityRequest request;
        request.set_certificate_authority_arn(text);
        return ServiceValidator().Check(request);
      },
      {{"arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/a", true},
       {"arn:aws:acm-pca:::template/EndEntityCertificate/V1", true},
       {"arn:aws:acm-pca:us-east-1:1234:certificate-authority/a ", false},
       {" arn:aws:acm-pca:us-east-1:1234:certificate-authority/a", false},
       {"arn:aws:acm:us-east-1:1234:certificate/a", false},
       {"arn:aws:acm-pca:us-east-1:12x4:certificate-authority/a", false}});
  check(
      [](const char* text) {
        v1::GeneralName name;
        name.set_registered_id(text);
        return ServiceValidator().Check(name);
      },
      {{"1.2.840.113549", true},
       {"2.39", true},
       {"2.40", false},
       {"3.1", false},
       {"1.2.", false},
       {"", false}});
  check(
      [](const char* text) {
        v1::ASN1Subject subject;
        subject.set_serial_number(text);
        return ServiceValidator().Check(subject);
      },
      {{"", true}, {"A-1 (b)", true}, {"a*b", false}, {"\xC3\xA9", false}});
  check(
      [](const char* text) {
        v1::IssueCertificateRequest request = ValidRequest();
        request.set_idempotency_token(text);
        return ServiceValidator().Check(request);
      },
      {{"a\tb\nc\r \xC3\xBF", true}, {"\xC4\x80", false}, {"\x0B", false}});
  check(
      [](const char* text) {
        v1::Tag tag;
        tag.set_key(text);
        return ServiceValidator().Check(tag);
      },
      {{"\xC3\xA9t\xC3\xA9 1:/=+-@", true}, {"a#b", false}});
  check(
      [](const char* text) {
        v1::CrlConfiguration crl;
        crl.set_enabled(true);
        crl.set_custom_path(text);
        return ServiceValidator().Check(crl);
      },
      {{"/", true}, {"a/b", true}, {"/a", false}, {"a//b", false}});
  check(
      [](const char* text) {
        v1::CustomExtension extension;
        extension.set_object_identifier("1.2.3");
        extension.set_value(text);
        return ServiceValidator().Check(extension);
      },
      {{"MAMBAf8=", true}, {"MAMBAf8", false}, {"MAMB Af8=", false}});
}

TEST(ValidatorTest, NamesTheWayToTheField) {
  v1::IssueCertificateRequest request = ValidRequest();
  auto* names = request.mutable_api_passthrough()
                    ->mutable_extensions()
                    ->mutable_subject_alternative_names();
  *names->Add() = names->Get(0);
  names->Mutable(1)->mutable_directory_name()->set_country("x");
  const v1::ErrorDetail detail = DetailOf(ServiceValidator().Check(request));
  EXPECT_EQ(detail.code(), v1::VALIDATION_EXCEPTION);
  EXPECT_EQ(detail.reason(), v1::REASON_FIELD_TOO_SHORT);
  EXPECT_EQ(detail.field(),
            "ApiPassthrough.Extensions.SubjectAlternativeNames[1]."
            "DirectoryName.Country");
}

TEST(ValidatorTest, SpeaksLikeTheService) {
  v1::CreateCertificateAuthorityRequest request;
  FillMessage(&request);
  request.add_tags()->set_value("no key");
  EXPECT_EQ(DetailOf(ServiceValidator().Check(request)).message(),
            "1 validation error detected: Value null at 'tags.2.member.key' "
            "failed to satisfy constraint: Member must not be null");
}

TEST(ValidatorTest, ReportsTheFirstInOrder) {
  v1::IssueCertificateRequest request = ValidRequest();
  request.mutable_api_passthrough()->mutable_subject()->set_state(
      std::string(129, 'a'));
  request.set_certificate_authority_arn("x");
  request.clear_csr();
  EXPECT_EQ(Check(request),
            "REASON_FIELD_TOO_LONG at ApiPassthrough.Subject.State");
  request.clear_api_passthrough();
  EXPECT_EQ(Check(request),
            "REASON_FIELD_TOO_SHORT at CertificateAuthorityArn");
  request.set_certificate_authority_arn("xxxxx");
  EXPECT_EQ(Check(request), "REASON_FIELD_PATTERN at CertificateAuthorityArn");
  request.clear_certificate_authority_arn();
  EXPECT_EQ(Check(request), "REASON_FIELD_REQUIRED at CertificateAuthorityArn");
}

TEST(ValidatorTest, WantsAnItemInARequiredList) {
  const auto validator =
      Validator::Create({wire_test::ListIsRequired::descriptor()});
  ASSERT_TRUE(validator.ok());
  wire_test::ListIsRequired message;
  EXPECT_EQ(Outcome(validator->Check(message)),
            "REASON_FIELD_REQUIRED at items");
  message.add_items("");
  EXPECT_TRUE(validator->Check(message).ok());
}

TEST(ValidatorTest, ChecksListsOfEnumsAndMessagesInsideThemselves) {
  const auto validator =
      Validator::Create({wire_test::Everything::descriptor()});
  ASSERT_TRUE(validator.ok());
  wire_test::Everything message;
  auto* inner = message.mutable_message()->add_message_list();
  inner->add_enum_list(wire_test::COLOR_GREEN);
  EXPECT_TRUE(validator->Check(message).ok());
  inner->add_enum_list(wire_test::COLOR_UNSPECIFIED);
  EXPECT_EQ(Outcome(validator->Check(message)),
            "REASON_FIELD_ENUM at Message.MessageList[0].EnumList[1]");
}

TEST(ValidatorTest, RefusesOptionsThatItCannotKeep) {
  for (const Descriptor* type : {wire_test::LimitsOnBool::descriptor(),
                                 wire_test::PatternOnList::descriptor()}) {
    EXPECT_EQ(ReasonOf(Validator::Create({type}).status()),
              v1::REASON_INTERNAL);
  }
}

TEST(ValidatorTest, RefusesMessagesThatItDoesNotKnow) {
  EXPECT_EQ(ReasonOf(ServiceValidator().Check(wire_test::Everything())),
            v1::REASON_INTERNAL);
}

}  // namespace
}  // namespace pki
