// The service's JSON form both ways, and text that no client would send.
#include "pki/wire/json.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pki/base/status.h"
#include "pki/wire/sample_message.h"
#include "pki/wire/validator.h"
#include "pki/wire/wire_test.pb.h"
#include "proto/engine_operations.pb.h"
#include "proto/service.pb.h"

namespace pki {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::util::MessageDifferencer;
using wire_test::Everything;

// What reading `text` comes to: "OK" or "REASON_X at Path".
std::string Outcome(const std::string& text) {
  Everything message;
  const absl::Status status = ReadJson(text, &message);
  if (status.ok()) return "OK";
  const v1::ErrorDetail detail = DetailOf(status);
  return absl::StrCat(v1::Reason_Name(detail.reason()), " at ", detail.field());
}

// What is written after `text` was read.
std::string Rewritten(const std::string& text) {
  Everything message;
  const absl::Status status = ReadJson(text, &message);
  return status.ok() ? WriteJson(message) : status.ToString();
}

std::string Nested(int depth, const std::string& open, const std::string& close,
                   const std::string& inside = "") {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  text += inside;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonTest, CarriesEveryMessageOfTheService) {
  for (const Descriptor* type : AllServiceMessages()) {
    SCOPED_TRACE(type->full_name());
    const Message* prototype =
        MessageFactory::generated_factory()->GetPrototype(type);
    const std::unique_ptr<Message> sent(prototype->New());
    const std::unique_ptr<Message> received(prototype->New());
    FillMessage(sent.get());
    ASSERT_TRUE(ReadJson(WriteJson(*sent), received.get()).ok());
    EXPECT_TRUE(MessageDifferencer::Equals(*sent, *received));
  }
}

TEST(JsonTest, KeepsTheServiceNames) {
  v1::IssueCertificateRequest request;
  request.set_csr(std::string("\x00\xFF", 2));
  request.set_signing_algorithm(v1::SIGNING_ALGORITHM_SHA256WITHRSA_PSS);
  request.mutable_validity()->set_value(365);
  request.mutable_validity()->set_type(v1::VALIDITY_PERIOD_TYPE_DAYS);
  request.mutable_api_passthrough()
      ->mutable_extensions()
      ->mutable_key_usage()
      ->set_crl_sign(false);
  EXPECT_EQ(
      WriteJson(request),
      R"({"ApiPassthrough":{"Extensions":{"KeyUsage":{"CRLSign":false}}},)"
      R"("Csr":"AP8=","SigningAlgorithm":"SHA256WITHRSA_PSS",)"
      R"("Validity":{"Value":365,"Type":"DAYS"}})");
  EXPECT_EQ(WriteJson(v1::ImportCertificateAuthorityCertificateResponse()),
            "{}");
}

TEST(JsonTest, AnswersWithEmptyLists) {
  EXPECT_EQ(WriteJson(v1::ListPermissionsResponse()), R"({"Permissions":[]})");
  EXPECT_EQ(WriteJson(v1::CreatePermissionRequest()), "{}");
}

TEST(JsonTest, CarriesEveryType) {
  const std::string text =
      R"({"Int32":-2147483648,"Int64":9223372036854775807,)"
      R"("UInt32":4294967295,"UInt64":18446744073709551615,"Double":0.25,)"
      R"("Float":-1.5,"Bool":false,"String":"\" \u0000 é","Bytes":"",)"
      R"("Enum":"Red","Time":1700000000,"Message":{},"Int32List":[1,-2],)"
      R"("StringList":["","a"],"EnumList":["Red","COLOR_GREEN"],)"
      R"("TimeList":[0,-1],"MessageList":[{},{"Bool":true}]})";
  EXPECT_EQ(Rewritten(text), text);
}

TEST(JsonTest, WritesTimesToTheMillisecond) {
  Everything message;
  message.mutable_time()->set_seconds(1700000000);
  message.mutable_time()->set_nanos(999999999);
  EXPECT_EQ(WriteJson(message), R"({"Time":1700000000.999})");
  message.mutable_time()->set_nanos(999999);
  EXPECT_EQ(WriteJson(message), R"({"Time":1700000000})");
}

TEST(JsonTest, ReadsTimesWithFractions) {
  const auto nanos_after = [](const std::string& time, int64_t seconds) {
    Everything message;
    EXPECT_TRUE(ReadJson(absl::StrCat("{\"Time\":", time, "}"), &message).ok());
    EXPECT_EQ(message.time().seconds(), seconds);
    return message.time().nanos();
  };
  EXPECT_EQ(nanos_after("1.7e9", 1700000000), 0);
  EXPECT_EQ(nanos_after("1700000000.123", 1700000000), 123000000);
  EXPECT_EQ(nanos_after("1700000000.9999", 1700000001), 0);
  EXPECT_EQ(nanos_after("-0.25", -1), 750000000);
  EXPECT_EQ(nanos_after("253402300799", 253402300799), 0);
  EXPECT_EQ(nanos_after("-62135596800", -62135596800), 0);
}

TEST(JsonTest, TakesNullForAbsent) {
  EXPECT_EQ(Rewritten(R"({"Int32":null,"Message":null,"Int32List":null})"),
            "{}");
}

TEST(JsonTest, IgnoresUnknownMembers) {
  EXPECT_EQ(Rewritten(R"({"a":1,"b":[{"Int32":"x","Int32":[[]]}],"c":{"d":{}},)"
                      R"("MessageList":[{"e":[1],"Bool":true,"f":null}],)"
                      R"("g":"","int32":7,"Int32":5})"),
            R"({"Int32":5,"MessageList":[{"Bool":true}]})");
}

TEST(JsonTest, LeavesOutEnumsThatAreNotListed) {
  Everything message;
  message.set_enum_value(wire_test::COLOR_UNSPECIFIED);
  message.add_enum_list(static_cast<wire_test::Color>(77));
  EXPECT_EQ(WriteJson(message), "{}");
}

TEST(JsonTest, ReplacesWhatWasThere) {
  Everything message;
  message.set_bool_value(true);
  EXPECT_TRUE(ReadJson("{}", &message).ok());
  EXPECT_FALSE(message.has_bool_value());
  EXPECT_FALSE(ReadJson(R"({"Bool":true,"Int32":""})", &message).ok());
  EXPECT_FALSE(message.has_bool_value());
}

TEST(JsonTest, RefusesOtherTypes) {
  const auto refused = [](const std::string& member, const std::string& value) {
    EXPECT_EQ(Outcome(absl::StrCat("{\"", member, "\":", value, "}")),
              absl::StrCat("REASON_JSON_TYPE at ", member))
        << value;
  };
  for (const char* member : {"Int32", "UInt64", "Double", "Float", "Time"}) {
    for (const char* value : {"\"1\"", "true", "[1]", "{}"}) {
      refused(member, value);
    }
  }
  for (const char* member : {"String", "Bytes", "Enum"}) {
    for (const char* value : {"1", "-1", "1.5", "false", "[\"\"]", "{}"}) {
      refused(member, value);
    }
  }
  for (const char* value : {"0", "\"true\"", "[]", "{}"}) {
    refused("Bool", value);
  }
  for (const char* value : {"0", "\"\"", "true", "[{}]"}) {
    refused("Message", value);
  }
  for (const char* value : {"0", "{}", "\"\"", "true"}) {
    refused("Int32List", value);
    refused("MessageList", value);
  }
  for (const char* text : {"null", "1", "-1", "\"a\"", "true", "[]", "[{}]"}) {
    EXPECT_EQ(Outcome(text), "REASON_JSON_TYPE at ") << text;
  }
}

TEST(JsonTest, NamesTheItem) {
  EXPECT_EQ(Outcome(R"({"Int32List":[1,null]})"),
            "REASON_JSON_TYPE at Int32List[1]");
  EXPECT_EQ(Outcome(R"({"Int32List":[1,2,[3]]})"),
            "REASON_JSON_TYPE at Int32List[2]");
  EXPECT_EQ(Outcome(R"({"MessageList":[{},{"Message":{"EnumList":[""]}}]})"),
            "REASON_FIELD_ENUM at MessageList[1].Message.EnumList[0]");
}

TEST(JsonTest, RefusesNumbersThatDoNotFit) {
  const auto refused = [](const std::string& member, const std::string& value) {
    EXPECT_EQ(Outcome(absl::StrCat("{\"", member, "\":", value, "}")),
              absl::StrCat("REASON_JSON_NUMBER at ", member))
        << value;
  };
  refused("Int32", "2147483648");
  refused("Int32", "-2147483649");
  refused("Int32", "1.5");
  refused("Int64", "9223372036854775808");
  refused("Int64", "-9223372036854775809");
  refused("Int64", "1e300");
  refused("UInt32", "-1");
  refused("UInt64", "18446744073709551616");
  refused("Time", "253402300800");
  refused("Time", "-62135596801");
  refused("Time", "1e300");
}

TEST(JsonTest, RefusesOtherBase64) {
  for (const char* blob :
       {"AP8", "AP8==", "AP9=", "A P8=", "AP8=\\n", "_-8=", "AP8.", "="}) {
    EXPECT_EQ(Outcome(absl::StrCat("{\"Bytes\":\"", blob, "\"}")),
              "REASON_JSON_BASE64 at Bytes")
        << blob;
  }
}

TEST(JsonTest, RefusesUnknownEnumNames) {
  for (const char* name : {"", "red", "COLOR_RED", "COLOR_UNSPECIFIED", "1"}) {
    EXPECT_EQ(Outcome(absl::StrCat("{\"Enum\":\"", name, "\"}")),
              "REASON_FIELD_ENUM at Enum")
        << name;
  }
  v1::Validity validity;
  EXPECT_EQ(DetailOf(ReadJson(R"({"Type":"WEEKS"})", &validity)).message(),
            "1 validation error detected: Value 'WEEKS' at 'type' failed to "
            "satisfy constraint: Member must satisfy enum value set: "
            "[END_DATE, ABSOLUTE, DAYS, MONTHS, YEARS]");
}

TEST(JsonTest, RefusesMembersThatComeTwice) {
  EXPECT_EQ(Outcome(R"({"Bool":true,"Bool":true})"),
            "REASON_JSON_DUPLICATE at Bool");
  EXPECT_EQ(Outcome(R"({"Message":{"Int32List":null,"Int32List":[]}})"),
            "REASON_JSON_DUPLICATE at Message.Int32List");
}

TEST(JsonTest, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "{}}",
                           "{} {}",
                           "{]",

                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":1.}",
                           "{\"a\":NaN}",
                           "{\"a\":Infinity}",
                           "{\"a\":nul}",
                           "{\"a\":\"",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\udc00\\ud800\"}",
                           "{\"a\":\"\xFF\"}",
                           "{\"a\":\"\xC0\x80\"}",
                           "{\"a\":\"\xED\xA0\x80\"}",
                           "{\"\xFF\":1}",
                           "{\"a\":1e999}",
                           "// {}",
                           "{}\x01"}) {
    EXPECT_EQ(Outcome(text), "REASON_JSON_SYNTAX at ") << text;
  }
  EXPECT_EQ(Outcome(std::string("{}\0", 3)), "REASON_JSON_SYNTAX at ");
  EXPECT_EQ(Outcome(R"({"Message":{"Double":1e999}})"),
            "REASON_JSON_SYNTAX at Message.Double");
}

TEST(JsonTest, BoundsTheDepth) {
  const std::string object = "{\"Message\":";
  EXPECT_EQ(Outcome(Nested(kMaxJsonDepth - 1, object, "}", "{}")), "OK");
  EXPECT_EQ(Outcome("{\"a\":" + Nested(kMaxJsonDepth - 1, "[", "]") + "}"),
            "OK");
  EXPECT_EQ(Outcome("{\"a\":" + Nested(kMaxJsonDepth, "[", "]") + "}"),
            "REASON_JSON_DEPTH at ");
  EXPECT_EQ(Outcome("{\"a\":" + Nested(1000000, "[", "]") + "}"),
            "REASON_JSON_DEPTH at ");
  EXPECT_EQ(Outcome("{\"a\":" + Nested(1000000, "{\"b\":", "}") + "}"),
            "REASON_JSON_DEPTH at ");
  Everything message;
  EXPECT_EQ(ReasonOf(ReadJson(Nested(1000000, object, "}"), &message)),
            v1::REASON_JSON_DEPTH);
}

// A list of that many empty objects, as a member.
std::string ListOf(const std::string& member, int items) {
  std::string text = absl::StrCat("\"", member, "\":[");
  for (int i = 0; i < items; ++i) text += i == 0 ? "{}" : ",{}";
  return text + "]";
}

TEST(JsonTest, StopsWhereAListIsTooLong) {
  constexpr int kMaxTags = 50;
  v1::TagCertificateAuthorityRequest request;
  EXPECT_TRUE(ReadJson("{" + ListOf("Tags", kMaxTags) + "}", &request).ok());
  // What follows is not even looked at.
  const absl::Status refused =
      ReadJson("{" + ListOf("Tags", kMaxTags + 1) + "no JSON", &request);
  EXPECT_EQ(request.tags_size(), 0);

  request.set_certificate_authority_arn(
      "arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/a");
  for (int i = 0; i <= kMaxTags; ++i) request.add_tags();
  const auto validator = Validator::Create({request.GetDescriptor()});
  ASSERT_TRUE(validator.ok());
  const v1::ErrorDetail same = DetailOf(validator->Check(request));
  EXPECT_EQ(same.reason(), v1::REASON_LIST_LENGTH);
  EXPECT_EQ(same.field(), "Tags");
  EXPECT_TRUE(MessageDifferencer::Equals(DetailOf(refused), same));
}

TEST(JsonTest, LeavesListsThatAreCheckedApart) {
  v1::IssueCertificatesRequest request;
  const std::string one = "{\"ApiPassthrough\":{\"Extensions\":{" +
                          ListOf("SubjectAlternativeNames", 1000) + "}}}";
  EXPECT_TRUE(
      ReadJson("{\"Requests\":[" + one + "," + one + "]}", &request).ok());
  EXPECT_EQ(request.requests_size(), 2);
  constexpr int kMaxRequests = 10'000;
  EXPECT_EQ(
      DetailOf(ReadJson("{" + ListOf("Requests", kMaxRequests + 1), &request))
          .field(),
      "Requests");
}

TEST(JsonTest, BoundsTheItemsOfAllLists) {
  EXPECT_EQ(Outcome("{" + ListOf("MessageList", kMaxJsonItems) + "}"), "OK");
  EXPECT_EQ(Outcome("{" + ListOf("MessageList", kMaxJsonItems + 1)),
            "REASON_LIST_LENGTH at MessageList");
  EXPECT_EQ(Outcome("{\"Message\":{" + ListOf("MessageList", kMaxJsonItems) +
                    "},\"Int32List\":[1"),
            "REASON_LIST_LENGTH at Int32List");
}

TEST(JsonTest, WritesErrorsAsTheServiceDoes) {
  const auto error = nlohmann::json::parse(WriteErrorJson(
      Refuse(v1::REASON_FIELD_TOO_LONG, "Request.Csr", "too \"long\"")));
  EXPECT_EQ(error, nlohmann::json({{"__type", "ValidationException"},
                                   {"message", "too \"long\""},
                                   {"reason", "REASON_FIELD_TOO_LONG"},
                                   {"field", "Request.Csr"}}));
  const auto bare = nlohmann::json::parse(
      WriteErrorJson(absl::UnknownError("not one of ours \xFF")));
  EXPECT_EQ(bare["__type"], "InternalFailure");
  EXPECT_FALSE(bare.contains("field"));
}

}  // namespace
}  // namespace pki
