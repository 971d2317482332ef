// The vectors of testdata/aws_cli, for tests.
#ifndef PKI_CAPI_CLI_VECTORS_H_
#define PKI_CAPI_CLI_VECTORS_H_

#include <fstream>
#include <string>
#include <vector>

#include "capi/cli/json.h"

namespace pkictl {

// The JSON values of a file, one a line. None when it cannot be read.
inline std::vector<Json> ReadVectors(const std::string& name) {
  std::vector<Json> vectors;
  std::ifstream file("testdata/aws_cli/" + name + ".jsonl");
  for (std::string line; std::getline(file, line);) {
    vectors.push_back(Json::parse(line));
  }
  return vectors;
}

}  // namespace pkictl

#endif  // PKI_CAPI_CLI_VECTORS_H_
