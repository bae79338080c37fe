#pragma once

#include "server/connection/server_connection.hpp"

#include <portico/address.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace portico {

// Snapshot of a live connection. A plain value, which may outlive the connection.
struct ConnectionSnapshot {
  std::uint64_t id;
  std::string endpoint;
  std::string handler;
  Address peer;
  std::chrono::milliseconds age;   // since its session began
  std::chrono::milliseconds idle;  // since it last began to wait; exact to one sweep period
  std::uint64_t bytes_in;
  std::uint64_t bytes_out;
  Phase phase;
  Annotations annotations;
};

}  // namespace portico
