// Rendering of expanded templates.
#include "pki/template/snapshot.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pki/template/catalogue.h"
#include "pki/template/expand.h"

namespace pki {

Snapshots RenderSnapshots() {
  using google::protobuf::TextFormat;
  TextFormat::Printer printer;
  printer.SetUseShortRepeatedPrimitives(true);
  Snapshots files;
  const auto templates =
      ExpandTemplates(ParseCatalogue(BuiltInCatalogue()).value());
  for (const v1::Template& expanded : *templates) {
    std::string text;
    printer.PrintToString(expanded, &text);
    files[absl::StrCat(absl::StrReplaceAll(expanded.name(), {{"/", "."}}),
                       ".textproto")] =
        absl::StrCat(
            "# proto-file: proto/template.proto\n"
            "# proto-message: pki.v1.Template\n"
            "# Written by //pki/template:write_snapshots.\n",
            text);
  }
  return files;
}

}  // namespace pki
