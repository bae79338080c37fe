#pragma once

#include "program/commands/doctor.hpp"
#include "server/endpoint/tls_files.hpp"

#include <chrono>
#include <vector>

namespace portico {

// Checks the files that the endpoints' `tls` names, as a server that starts at `now` would: the part of `portico
// doctor` that reads files. Returns nothing if no endpoint has `tls`.
std::vector<Diagnosis> diagnose_tls(const Config& config, const ReadFile& read,
                                    std::chrono::system_clock::time_point now);

}  // namespace portico
