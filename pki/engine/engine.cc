// The table of operations, and the way into each of them.
#include "pki/engine/engine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pki/base/status.h"
#include "pki/engine/authorize.h"
#include "pki/engine/context.h"
#include "pki/engine/injected_failures.h"
#include "pki/engine/load_catalogue.h"
#include "pki/engine/operations.h"
#include "pki/wire/secrets.h"
#include "pki/wire/validator.h"

namespace pki {
namespace {

using google::protobuf::Message;

// One operation: its name, its types, who may call it, and how it is run.
struct Row {
  absl::string_view name;
  const Message* request;
  const Message* response;
  bool has_secrets;
  absl::Status (*authorize)(Context& context, absl::string_view name,
                            const Message& request);
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

// Whom an operation is for: the second column of the table.

struct OnCa {
  template <typename Request>
  static absl::Status Check(Context& context, absl::string_view name,
                            const Request& request) {
    return Authorize(context, name, request.certificate_authority_arn());
  }
};
struct OnResource {
  template <typename Request>
  static absl::Status Check(Context& context, absl::string_view name,
                            const Request& request) {
    return Authorize(context, name, request.resource_arn(),
                     "Request.ResourceArn");
  }
};
// Whoever may issue it.
struct Issuing {
  static absl::Status Check(Context& context, absl::string_view /*name*/,
                            const v1::IssueCertificateRequest& request) {
    return AuthorizeIssuing(context, request);
  }
};
// Everybody's own CAs and objects.
struct InAccount {
  static absl::Status Check(Context& context, absl::string_view name,
                            const Message& /*request*/) {
    return AuthorizeInAccount(context, name);
  }
};
struct ForHost {
  static absl::Status Check(Context& context, absl::string_view /*name*/,
                            const Message& /*request*/) {
    return AuthorizeHost(context);
  }
};
// Whoever asks. IssueCertificates asks for each of its requests itself.
struct ForAll {
  static absl::Status Check(Context& /*context*/, absl::string_view /*name*/,
                            const Message& /*request*/) {
    return absl::OkStatus();
  }
};

template <auto kOperation, typename For>
Row MakeRow(absl::string_view name, For /*whom*/) {
  using RequestType = typename Types<decltype(kOperation)>::RequestType;
  using ResponseType = typename Types<decltype(kOperation)>::ResponseType;
  return {name,
          &RequestType::default_instance(),
          &ResponseType::default_instance(),
          HasSecrets(*RequestType::descriptor()),
          [](Context& context, absl::string_view operation,
             const Message& request) {
            return For::Check(context, operation,
                              static_cast<const RequestType&>(request));
          },
          [](Context& context, const Message& request, Message* response) {
            return kOperation(context, static_cast<const RequestType&>(request),
                              static_cast<ResponseType*>(response));
          }};
}

#define PKI_OPERATION(name, whom) MakeRow<&name>(#name, whom)

const std::vector<Row>& Rows() {
  static const auto* const rows = new std::vector<Row>{
      PKI_OPERATION(BackupStore, ForHost()),
      PKI_OPERATION(CheckStore, ForHost()),
      PKI_OPERATION(CreateCertificateAuthority, InAccount()),
      PKI_OPERATION(CreateCertificateAuthorityAuditReport, OnCa()),
      PKI_OPERATION(CreatePermission, OnCa()),
      PKI_OPERATION(DeleteCertificateAuthority, OnCa()),
      PKI_OPERATION(DeletePermission, OnCa()),
      PKI_OPERATION(DeletePolicy, OnResource()),
      PKI_OPERATION(DescribeCertificateAuthority, OnCa()),
      PKI_OPERATION(DescribeCertificateAuthorityAuditReport, OnCa()),
      PKI_OPERATION(DescribeOperation, ForAll()),
      PKI_OPERATION(DescribeStore, ForHost()),
      PKI_OPERATION(DescribeTemplate, ForAll()),
      PKI_OPERATION(ExplainIssuance, Issuing()),
      PKI_OPERATION(FindCertificateRevocationList, ForAll()),
      PKI_OPERATION(GenerateCertificateRevocationList, OnCa()),
      PKI_OPERATION(GetCertificate, OnCa()),
      PKI_OPERATION(GetCertificateAuthorityCertificate, OnCa()),
      PKI_OPERATION(GetCertificateAuthorityCsr, OnCa()),
      PKI_OPERATION(GetCertificateRevocationList, OnCa()),
      PKI_OPERATION(GetObject, InAccount()),
      PKI_OPERATION(GetPolicy, OnResource()),
      PKI_OPERATION(ImportCertificateAuthorityCertificate, OnCa()),
      PKI_OPERATION(IssueCertificate, Issuing()),
      PKI_OPERATION(IssueCertificates, ForAll()),
      PKI_OPERATION(ListCertificateAuthorities, InAccount()),
      PKI_OPERATION(ListCertificates, OnCa()),
      PKI_OPERATION(ListOperations, ForAll()),
      PKI_OPERATION(ListObjects, InAccount()),
      PKI_OPERATION(ListPermissions, OnCa()),
      PKI_OPERATION(ListTags, OnCa()),
      PKI_OPERATION(ListTemplates, ForAll()),
      PKI_OPERATION(PresignOcspResponses, OnCa()),
      PKI_OPERATION(PutPolicy, OnResource()),
      PKI_OPERATION(RespondOcsp, ForAll()),
      PKI_OPERATION(RestoreCertificateAuthority, OnCa()),
      PKI_OPERATION(RevokeCertificate, OnCa()),
      PKI_OPERATION(RewrapKeys, ForHost()),
      PKI_OPERATION(RunMaintenance, ForHost()),
      PKI_OPERATION(TagCertificateAuthority, OnCa()),
      PKI_OPERATION(UntagCertificateAuthority, OnCa()),
      PKI_OPERATION(UpdateCertificateAuthority, OnCa()),
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
                  Validator validator, InjectedFailures failures)
      : state_(std::move(settings), std::move(ports), std::move(catalogue),
               std::move(validator)),
        failures_(std::move(failures)),
        owner_{state_.settings.account_id,
               RootArn(state_.settings.partition, state_.settings.account_id),
               ""} {}

  absl::Status Call(absl::string_view operation, const Message& request,
                    Message* response) override {
    return Run(owner_, operation, request, response);
  }

  absl::Status CallAs(Caller caller, absl::string_view operation,
                      const Message& request, Message* response) override {
    if (caller.account.empty()) caller.account = owner_.account;
    if (caller.principal.empty()) {
      caller.principal = RootArn(state_.settings.partition, caller.account);
    }
    PKI_RETURN_IF_ERROR(CheckCaller(caller));
    return Run(caller, operation, request, response);
  }

 private:
  absl::Status Run(const Caller& caller, absl::string_view operation,
                   const Message& request, Message* response) {
    PKI_ASSIGN_OR_RETURN(const Row* row, FindRow(operation));
    if (request.GetDescriptor() != row->request->GetDescriptor() ||
        response->GetDescriptor() != row->response->GetDescriptor()) {
      return Refuse(v1::REASON_MESSAGE_TYPE, "",
                    absl::StrCat(operation,
                                 " takes and answers messages of "
                                 "other types."));
    }
    response->Clear();
    PKI_RETURN_IF_ERROR(Under("Request", state_.validator.Check(request)));
    Context context(&state_, &caller);
    PKI_RETURN_IF_ERROR(row->authorize(context, row->name, request));
    PKI_RETURN_IF_ERROR(failures_.Next(row->name));
    absl::Status status = row->run(context, request, response);
    // Perhaps what allowed it is what changed.
    if (ReasonOf(status) == v1::REASON_LOST_RACE) {
      PKI_RETURN_IF_ERROR(row->authorize(context, row->name, request));
    }
    // A refusal leaves nothing half-filled behind.
    if (!status.ok()) response->Clear();
    return status;
  }

  EngineState state_;
  const InjectedFailures failures_;
  const Caller owner_;
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
  PKI_ASSIGN_OR_RETURN(
      InjectedFailures failures,
      InjectedFailures::New(configuration, [](absl::string_view operation) {
        return FindRow(operation).ok();
      }));
  return std::make_unique<EngineOverPorts>(
      std::move(settings), std::move(ports), std::move(catalogue),
      std::move(validator), std::move(failures));
}

absl::StatusOr<OperationTypes> TypesOf(absl::string_view operation) {
  PKI_ASSIGN_OR_RETURN(const Row* row, FindRow(operation));
  return OperationTypes{row->request, row->response, row->has_secrets};
}

}  // namespace pki
