#pragma once

#include "config/settings/config.hpp"
#include "program/host/host_facts.hpp"
#include "server/net/inherited_sockets.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace portico {

// One result of `portico doctor`: whether this host can run a configuration as it is written.
struct Diagnosis {
  // error: `run` would not start; warning: it starts, but something differs from what the file says.
  enum class Severity : std::uint8_t { ok, note, warning, error };

  Severity severity = Severity::ok;
  std::string subject;
  std::string text;
};

// Result of a trial to listen on an address: an error, with which the start would fail, and warnings.
struct ListenFindings {
  std::optional<std::string> error;
  std::vector<std::string> warnings;
};
using TryListen = std::function<ListenFindings(const EndpointConfig& endpoint, const ListenAddress& address)>;

// Compares a configuration with a host, and returns a diagnosis for every subject, positive ones included. Pure, but
// for `try_listen`, which is called for each address, in order.
std::vector<Diagnosis> diagnose(const Config& config, std::size_t workers, const HostFacts& host,
                                const TryListen& try_listen);

// Returns a function that tries the addresses on this host, and binds them while it exists: ListeningTrial.
TryListen listen_on_this_host(InheritedSockets inherited);

// Returns the line to print: "descriptors: ok, 20000 of 1048000 connections fit"
std::string to_string(const Diagnosis& diagnosis);

}  // namespace portico
