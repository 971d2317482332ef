// The matrix of requests under every template, as text.
#include "pki/engine/tbs_snapshot.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pki/der/reader.h"
#include "pki/engine/template_matrix.h"
#include "pki/template/catalogue.h"
#include "pki/x509/certificate.h"
#include "pki/x509/pem.h"

namespace pki {
namespace {

void Render(der::Reader reader, size_t depth, std::string* text) {
  der::Tag tag = 0;
  ByteView contents;
  while (reader.ReadAny(&tag, &contents)) {
    // The crypto library's tags have class and form on top.
    const auto octet = static_cast<uint8_t>(tag >> 24 | (tag & 0x1f));
    const bool constructed = (octet & 0x20) != 0;
    absl::StrAppend(text, std::string(2 * depth, ' '),
                    absl::Hex(octet, absl::kZeroPad2));
    if (!constructed && !contents.empty()) {
      absl::StrAppend(text, " ", Hex(contents));
    }
    text->push_back('\n');
    if (constructed) Render(der::Reader(contents), depth + 1, text);
  }
}

std::string Everything(bool asked) { return asked ? "everything" : "nothing"; }

// The serial numbers are the first that a new engine gives.
std::string RenderTemplate(const PreparedTemplate& form) {
  constexpr absl::string_view kLabels[] = {"CERTIFICATE"};
  TemplateMatrix matrix(CrlOnly());
  std::string text = "# Written by //pki/engine:write_tbs_snapshots.\n";
  for (const Asking asking : kAskings) {
    const auto issued =
        matrix.harness().Issue(matrix.Request(form, asking)).value();
    const Bytes der = DecodePem(issued.certificate(), kLabels)->front();
    const Certificate certificate =
        Certificate::Parse(View(der), "Test").value();
    absl::StrAppend(&text, "\n# By the CSR ", Everything(asking.csr),
                    ", by the API ", Everything(asking.api), ".\n");
    Render(der::Reader(certificate.tbs_der()), 0, &text);
  }
  return text;
}

}  // namespace

Snapshots RenderTbsSnapshots() {
  const Catalogue catalogue = Catalogue::Load(BuiltInCatalogue()).value();
  Snapshots snapshots;
  for (const auto& [name, form] : catalogue.templates()) {
    snapshots[absl::StrCat(absl::StrReplaceAll(name, {{"/", "."}}), ".txt")] =
        RenderTemplate(form);
  }
  return snapshots;
}

}  // namespace pki
