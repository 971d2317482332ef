// The table of operations, and the way into each of them.
#include "pki/engine/engine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/context.h"
#include "pki/engine/load_catalogue.h"
#include "pki/engine/operations.h"
#include "pki/wire/validator.h"

namespace pki {
namespace {

using google::protobuf::Message;

// One operation: its name, its types, and how it is run.
struct Row {
  absl::string_view name;
  const Message* request;
  const Message* response;
  absl::Status (*run)(Context& context, const Message& request,
                      Message* response);
};

template <typename Operation>
struct Types;
template <typename Request, typename Response>
struct Types<absl::Status (*)(Context&, const Request&, Response*)> {
  using RequestType = Request;
  using ResponseType = Response;
};

template <auto kOperation>
Row MakeRow(absl::string_view name) {
  using RequestType = typename Types<decltype(kOperation)>::RequestType;
  using ResponseType = typename Types<decltype(kOperation)>::ResponseType;
  return {name, &RequestType::default_instance(),
          &ResponseType::default_instance(),
          [](Context& context, const Message& request, Message* response) {
            return kOperation(context, static_cast<const RequestType&>(request),
                              static_cast<ResponseType*>(response));
          }};
}

#define PKI_OPERATION(name) MakeRow<&name>(#name)

const std::vector<Row>& Rows() {
  static const auto* const rows = new std::vector<Row>{
      PKI_OPERATION(BackupStore),
      PKI_OPERATION(CheckStore),
      PKI_OPERATION(CreateCertificateAuthority),
      PKI_OPERATION(CreatePermission),
      PKI_OPERATION(DeleteCertificateAuthority),
      PKI_OPERATION(DeletePermission),
      PKI_OPERATION(DescribeCertificateAuthority),
      PKI_OPERATION(DescribeStore),
      PKI_OPERATION(DescribeTemplate),
      PKI_OPERATION(ExplainIssuance),
      PKI_OPERATION(GetCertificate),
      PKI_OPERATION(GetCertificateAuthorityCertificate),
      PKI_OPERATION(GetCertificateAuthorityCsr),
      PKI_OPERATION(ImportCertificateAuthorityCertificate),
      PKI_OPERATION(IssueCertificate),
      PKI_OPERATION(IssueCertificates),
      PKI_OPERATION(ListCertificateAuthorities),
      PKI_OPERATION(ListPermissions),
      PKI_OPERATION(ListTags),
      PKI_OPERATION(ListTemplates),
      PKI_OPERATION(RestoreCertificateAuthority),
      PKI_OPERATION(RevokeCertificate),
      PKI_OPERATION(TagCertificateAuthority),
      PKI_OPERATION(UntagCertificateAuthority),
      PKI_OPERATION(UpdateCertificateAuthority),
  };
  return *rows;
}

absl::StatusOr<const Row*> FindRow(absl::string_view operation) {
  for (const Row& row : Rows()) {
    if (row.name == operation) return &row;
  }
  return Refuse(v1::REASON_OPERATION_UNKNOWN, "",
                absl::StrCat("There is no operation ", Quote(operation), "."));
}

class EngineOverPorts : public Engine {
 public:
  EngineOverPorts(Settings settings, Ports ports, Catalogue catalogue,
                  Validator validator)
      : context_(std::move(settings), std::move(ports), std::move(catalogue),
                 std::move(validator)) {}

  absl::Status Call(absl::string_view operation, const Message& request,
                    Message* response) override {
    PKI_ASSIGN_OR_RETURN(const Row* row, FindRow(operation));
    if (request.GetDescriptor() != row->request->GetDescriptor() ||
        response->GetDescriptor() != row->response->GetDescriptor()) {
      return Refuse(v1::REASON_MESSAGE_TYPE, "",
                    absl::StrCat(operation,
                                 " takes and answers messages of "
                                 "other types."));
    }
    response->Clear();
    PKI_RETURN_IF_ERROR(Under("Request", context_.validator().Check(request)));
    absl::Status status = row->run(context_, request, response);
    // A refusal leaves nothing half-filled behind.
    if (!status.ok()) response->Clear();
    return status;
  }

 private:
  Context context_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::New(
    const v1::EngineConfiguration& configuration, Ports ports) {
  PKI_ASSIGN_OR_RETURN(Settings settings, Settings::From(configuration));
  PKI_ASSIGN_OR_RETURN(Catalogue catalogue,
                       LoadCatalogue(configuration, settings));
  std::vector<const google::protobuf::Descriptor*> requests;
  for (const Row& row : Rows()) {
    requests.push_back(row.request->GetDescriptor());
  }
  PKI_ASSIGN_OR_RETURN(Validator validator, Validator::Create(requests));
  return std::make_unique<EngineOverPorts>(
      std::move(settings), std::move(ports), std::move(catalogue),
      std::move(validator));
}

absl::StatusOr<OperationTypes> TypesOf(absl::string_view operation) {
  PKI_ASSIGN_OR_RETURN(const Row* row, FindRow(operation));
  return OperationTypes{row->request, row->response};
}

}  // namespace pki
