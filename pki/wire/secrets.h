// Wiping what proto/ marks as secret from messages that were decoded.
#ifndef PKI_WIRE_SECRETS_H_
#define PKI_WIRE_SECRETS_H_

#include "google/protobuf/message.h"

namespace pki {

// Whether a message of this type has a field marked (secret), at any depth.
bool HasSecrets(const google::protobuf::Descriptor& type);

// Overwrites the values of all such fields with zeros, in their place. What is
// copied out of a message before that is its owner's to wipe.
void WipeSecrets(google::protobuf::Message* message);

// Does so at the end of a scope, also when that is an early return. The message
// may be null.
class SecretsWiper {
 public:
  explicit SecretsWiper(google::protobuf::Message* message)
      : message_(message) {}
  ~SecretsWiper() {
    if (message_ != nullptr) WipeSecrets(message_);
  }
  SecretsWiper(const SecretsWiper&) = delete;
  SecretsWiper& operator=(const SecretsWiper&) = delete;

 private:
  google::protobuf::Message* const message_;
};

}  // namespace pki

#endif  // PKI_WIRE_SECRETS_H_
