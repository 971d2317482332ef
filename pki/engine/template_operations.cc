// The operations on templates: list them, show one.
#include "pki/base/status.h"
#include "pki/engine/operations.h"

namespace pki {

absl::Status ListTemplates(Context& context,
                           const v1::ListTemplatesRequest& /*request*/,
                           v1::ListTemplatesResponse* response) {
  for (const auto& [name, prepared] : context.catalogue().templates()) {
    v1::TemplateSummary& summary = *response->add_templates();
    summary.set_template_arn(prepared.arn());
    summary.set_kind(prepared.kind());
    *summary.mutable_passthrough() = prepared.definition().passthrough();
  }
  return absl::OkStatus();
}

absl::Status DescribeTemplate(Context& context,
                              const v1::DescribeTemplateRequest& request,
                              v1::DescribeTemplateResponse* response) {
  PKI_ASSIGN_OR_RETURN(const PreparedTemplate* prepared,
                       context.catalogue().Find(request.template_arn()));
  *response->mutable_template_() = prepared->definition();
  return absl::OkStatus();
}

}  // namespace pki
