#pragma once

#include "program/commands/doctor.hpp"
#include "server/endpoint/tls_files.hpp"

#include <chrono>
#include <vector>

namespace portico {

// What the files of the endpoints' `tls` are worth to a server that starts now: the part of a doctor's examination that
// has to read them. Nothing if no endpoint has `tls`.
std::vector<Diagnosis> examine_tls(const Config& config, const ReadFile& read,
                                   std::chrono::system_clock::time_point now);

}  // namespace portico
