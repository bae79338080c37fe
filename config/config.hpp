#pragma once

#include <portico/timeouts.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace portico {

// The file, checked, as plain data. Knows no sockets.

struct ListenAddress {
  std::string host;  // an address in numbers or a name; empty: every address, IPv4 and IPv6
  std::uint16_t port = 0;
};

struct AcceptConfig {
  int backlog = 1024;
  int outstanding = 8;
};

struct EndpointConfig {
  std::string name;
  std::vector<ListenAddress> listen;
  std::string handler;
  std::shared_ptr<const void> options;  // the handler's own struct, filled
  AcceptConfig accept;
  Timeouts timeouts;
};

struct LogConfig {
  std::string format = "auto";  // "auto", "text", "json"
  std::string level = "info";   // "debug", "info", "warn", "error"
};

struct ShutdownConfig {
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds drain{std::chrono::seconds(8)};
};

struct Config {
  int workers = 0;  // 0: one for each processor
  LogConfig log;
  ShutdownConfig shutdown;
  std::vector<EndpointConfig> endpoints;
};

}  // namespace portico
