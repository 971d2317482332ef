// Writing of nameConstraints.
#include "pki/testing/test_name_constraints.h"

#include "pki/der/writer.h"

namespace pki {

Bytes TestNameConstraints(absl::Span<const GeneralName> permitted,
                          absl::Span<const GeneralName> excluded) {
  der::Writer writer;
  writer.Add(der::kSequence, [&](der::Writer& fields) {
    const auto add = [&fields](unsigned number,
                               absl::Span<const GeneralName> bases) {
      if (bases.empty()) return;
      fields.Add(der::ContextConstructed(number), [&](der::Writer& list) {
        for (const GeneralName& base : bases) {
          list.Add(der::kSequence, [&base](der::Writer& subtree) {
            AddGeneralName(base, subtree);
          });
        }
      });
    };
    add(0, permitted);
    add(1, excluded);
  });
  return writer.Finish();
}

}  // namespace pki
