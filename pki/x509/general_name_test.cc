// General names: every form there and back, and what is refused.
#include "pki/x509/general_name.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "pki/der/oid.h"
#include "pki/der/writer.h"
#include "pki/x509/name.h"

namespace pki {
namespace {

// One name as it must be, and its DER in hexadecimal.
struct Form {
  GeneralNameForm form;
  std::string value;
  std::string type_id;
  std::string der;
};

std::string Utf8(const std::string& text) {
  der::Writer writer;
  writer.AddText(der::kUtf8String, text);
  return writer.Finish();
}

std::vector<Form> Forms() {
  return {
      {GeneralNameForm::kOtherName, Utf8("a"), std::string("\x2a\x03", 2),
       "a00906022a03a0030c0161"},
      {GeneralNameForm::kRfc822Name, "a@b", "", "8103614062"},
      {GeneralNameForm::kDnsName, "a.b", "", "8203612e62"},
      {GeneralNameForm::kX400Address, std::string("\x30\x00", 2), "",
       "a3023000"},
      {GeneralNameForm::kDirectoryName,
       EncodeName({{oid::kCommonName, der::kUtf8String, "x"}}), "",
       "a40e300c310a300806035504030c0178"},
      {GeneralNameForm::kEdiPartyName, EncodeEdiPartyName("n", "p"), "",
       "a50aa0030c016ea1030c0170"},
      {GeneralNameForm::kUri, "s:x", "", "8603733a78"},
      {GeneralNameForm::kIpAddress, std::string("\x7f\0\0\1", 4), "",
       "87047f000001"},
      {GeneralNameForm::kIpAddress, std::string(15, '\0') + "\1", "",
       "871000000000000000000000000000000001"},
      {GeneralNameForm::kRegisteredId, std::string("\x2a\x03", 2), "",
       "88022a03"},
  };
}

GeneralName NameOf(const Form& form) {
  return {form.form, View(form.value), View(form.type_id)};
}

TEST(GeneralNameTest, EveryFormIsWrittenAndReadBack) {
  std::vector<GeneralName> names;
  const std::vector<Form> forms = Forms();
  for (const Form& form : forms) {
    names.push_back(NameOf(form));
    der::Writer writer;
    AddGeneralName(names.back(), writer);
    EXPECT_EQ(Hex(View(writer.Finish())), form.der);
  }
  const Bytes encoded = EncodeGeneralNames(names);
  EXPECT_TRUE(IsGeneralNames(View(encoded)));
  const auto parsed = ParseGeneralNames(View(encoded));
  ASSERT_TRUE(parsed.has_value());
  ASSERT_EQ(parsed->size(), forms.size());
  for (size_t i = 0; i < forms.size(); ++i) {
    EXPECT_EQ((*parsed)[i].form, forms[i].form);
    EXPECT_EQ(Text((*parsed)[i].value), forms[i].value);
    EXPECT_EQ(Text((*parsed)[i].type_id), forms[i].type_id);
  }
}

TEST(GeneralNameTest, AnAssignerIsOptional) {
  const Bytes value = EncodeEdiPartyName(std::nullopt, "p");
  EXPECT_EQ(Hex(View(value)), "a1030c0170");
  EXPECT_TRUE(IsGeneralNames(View(EncodeGeneralNames(
      {{GeneralNameForm::kEdiPartyName, View(value), ByteView()}}))));
}

TEST(GeneralNameTest, RefusesWhatIsNotAName) {
  const std::pair<const char*, std::string> kBad[] = {
      {"no name at all", std::string("\x30\x00", 2)},
      {"not a SEQUENCE", std::string("\x31\x03\x82\x01x", 5)},
      {"bytes behind it", std::string("\x30\x03\x82\x01x\x00", 6)},
      {"a length that is not minimal", std::string("\x30\x04\x82\x81\x01x", 6)},
      {"a tag that has no form", std::string("\x30\x03\x89\x01x", 5)},
      {"a universal tag", std::string("\x30\x03\x0c\x01x", 5)},
      {"a primitive directoryName", std::string("\x30\x04\x84\x02\x30\x00", 6)},
      {"a constructed dNSName", std::string("\x30\x03\xa2\x01x", 5)},
      {"a dNSName outside ASCII", std::string("\x30\x03\x82\x01\xe9", 5)},
      {"an address of 5 octets", std::string("\x30\x07\x87\x05\1\2\3\4\5", 9)},
      {"a directoryName that is no Name",
       std::string("\x30\x04\xa4\x02\x31\x00", 6)},
      {"an OID that does not end", std::string("\x30\x03\x88\x01\x81", 5)},
      {"an otherName without value",
       std::string("\x30\x05\xa0\x03\x06\x01\x2a", 7)},
      {"an otherName with two values",
       std::string("\x30\x0b\xa0\x09\x06\x01\x2a\xa0\x04\x05\0\x05\0", 13)},
      {"an ediPartyName without party",
       std::string("\x30\x07\xa5\x05\xa0\x03\x0c\x01n", 9)},
      {"an ediPartyName in IA5String",
       std::string("\x30\x07\xa5\x05\xa1\x03\x16\x01p", 9)},
      {"an ediPartyName with empty text",
       std::string("\x30\x06\xa5\x04\xa1\x02\x0c\x00", 8)},
      {"an ediPartyName with a NUL",
       std::string("\x30\x07\xa5\x05\xa1\x03\x0c\x01\x00", 9)},
      {"an empty rfc822Name", std::string("\x30\x02\x81\x00", 4)},
      {"an empty dNSName", std::string("\x30\x02\x82\x00", 4)},
      {"an empty URI", std::string("\x30\x02\x86\x00", 4)},
      {"an empty directoryName", std::string("\x30\x04\xa4\x02\x30\x00", 6)},
      {"a NUL in an rfc822Name", std::string("\x30\x04\x81\x02x\0", 6)},
      {"a NUL in a dNSName", std::string("\x30\x05\x82\x03x\0y", 7)},
      {"a line feed in a URI", std::string("\x30\x04\x86\x02x\n", 6)},
      {"a DEL in a dNSName", std::string("\x30\x04\x82\x02x\x7f", 6)},
      {"a space for a dNSName", std::string("\x30\x03\x82\x01 ", 5)},
      {"an x400Address that is no DER",
       std::string("\x30\x04\xa3\x02\xff\xff", 6)},
      {"an otherName whose value is no DER",
       std::string("\x30\x0c\xa0\x0a\x06\x01\x2a\xa0\x05\x30\x03"
                   "\xff\xff\xff",
                   14)},
  };
  for (const auto& [what, der] : kBad) {
    EXPECT_FALSE(IsGeneralNames(View(der))) << what;
    EXPECT_FALSE(ParseGeneralNames(View(der)).has_value()) << what;
  }
}

TEST(GeneralNameTest, TellsWhatIsEmpty) {
  for (const std::string& der : {
           std::string("\x81\x00", 2),
           std::string("\x82\x00", 2),
           std::string("\x86\x00", 2),
           std::string("\xa4\x02\x30\x00", 4),
       }) {
    der::Reader reader(View(der));
    GeneralName name;
    ASSERT_TRUE(ReadGeneralName(&reader, &name)) << Hex(View(der));
    EXPECT_TRUE(IsEmpty(name)) << Hex(View(der));
  }
  for (const Form& form : Forms()) {
    EXPECT_FALSE(IsEmpty(NameOf(form))) << form.der;
  }
}

TEST(GeneralNameTest, TakesARegisteredIdOfAnyWidth) {
  // 2.25 and a UUID, whose 128 bits no number type has.
  const std::string der =
      "\x30\x16\x88\x14\x69\x81" + std::string(17, '\xff') + "\x7f";
  EXPECT_TRUE(IsGeneralNames(View(der)));
}

}  // namespace
}  // namespace pki
