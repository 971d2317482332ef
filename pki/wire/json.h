// AWS JSON 1.1, the form in which the service's own clients send requests and
// read responses, to and from any message, by reflection.
//
//   member name   json_name of the field
//   enum          its wire_name, a string
//   blob          base64 with padding (RFC 4648, section 4)
//   timestamp     seconds since 1970-01-01T00:00:00Z, a number
//   absent        left out, but for the lists of a message whose name ends with
//                 "Response": []; a null that comes in is taken for absent
//
// All functions are pure and safe to use from any thread. Messages are of types
// that protoc generated.
#ifndef PKI_WIRE_JSON_H_
#define PKI_WIRE_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace pki {

// How deep objects and arrays may be nested; also in members that are unknown.
inline constexpr int kMaxJsonDepth = 64;
// How many items all lists together may have; an item may take 3 bytes of text
// and a hundred of memory.
inline constexpr int kMaxJsonItems = 250'000;

// Reads one JSON object into `message`, which is cleared first, and left
// cleared on failure, its secrets wiped. Members that the message does not know
// are ignored, as the service does. Never throws and never recurses, whatever
// `text` holds.
//
// Errors: REASON_JSON_* for text that is not JSON or has the wrong types,
// REASON_FIELD_ENUM for a name that the enum does not list, and
// REASON_LIST_LENGTH for the first item beyond the most that its list may have,
// so that no list takes more memory than that; or beyond kMaxJsonItems. The
// refusal's field is a path inside the message ("Validity.Value"): name the
// root with Under(). All other limits are the validator's to check, and those
// of lists in what is (checked_apart).
absl::Status ReadJson(absl::string_view text,
                      google::protobuf::Message* message);

// Writes `message` without spaces, members in the order of declaration. A time
// is written as an integer, or to the millisecond below where it is not whole.
// An enum without a listed value is left out.
std::string WriteJson(const google::protobuf::Message& message);

// Writes a refusal as the service's clients expect it, __type and message, and
// beside them our reason (its name) and field (where there is one).
std::string WriteErrorJson(const absl::Status& status);

}  // namespace pki

#endif  // PKI_WIRE_JSON_H_
