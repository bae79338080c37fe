#pragma once

#include "config/documents/documents.hpp"
#include "config/documents/value_json.hpp"
#include "program/commands/connection_capacity.hpp"
#include "program/commands/doctor.hpp"
#include "program/commands/doctor_tls.hpp"
#include "program/commands/healthcheck.hpp"
#include "server/endpoint/start_error.hpp"
#include "tests/support/config_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace portico::test {

// Configurations with a secret in them, and all that the program says about one.

// Options whose check() shows every value, as an author might write it.
struct TalkativeOptions {
  std::string text = "fine";
  std::chrono::milliseconds time{0};
  int number = 0;

  static constexpr auto describe() {
    using Self = TalkativeOptions;
    return options(option("text", &Self::text, "A string."), option("time", &Self::time, "A duration."),
                   option("number", &Self::number, "An integer."));
  }

  std::vector<OptionProblem> check() const {
    if (text == "fine" && time.count() == 0 && number == 0) return {};
    return {{"text", fmt::format("is \"{}\" at {} s, number {}", text, time.count() / 1000, number)},
            {"", fmt::format("must not have {}", text)}};
  }
};

struct MarkEnv {
  std::string mark;

  Env env() const {
    return {[this](const std::string&) { return std::optional<std::string>(mark); },
            [](const std::filesystem::path&, std::size_t) {
              return FileContent{std::nullopt, "does not exist"};
            }};
  }
};

inline LoadResult load_marked(const std::string& text, const std::string& mark) {
  auto all = handlers();
  all.push_back({"talkative", "Shows its options.", OptionSet::of<TalkativeOptions>()});
  const MarkEnv marked{mark};
  const Env env = marked.env();
  return load_config_text("server.json", text, {}, all, env);
}

// Returns an error of the start: of a host whose descriptors do not suffice.
inline std::string capacity_start_error(const Config& config) {
  try {
    return std::to_string(resolve_connection_limit(config, 3, {100}));
  } catch (const StartError& error) {
    return error.what();
  }
}

// Returns what the commands would say about a loaded configuration on a host that lacks everything.
inline std::string said_on_a_poor_host(const LoadResult& result) {
  HostFacts host;
  host.watchdog = {"", false};
  host.descriptors.limit = 100;
  host.max_backlog = 4;
  host.first_unprivileged_port = 65535;
  host.ipv6 = HostFacts::Ipv6::none;
  host.ephemeral_ports = {1, 65535};
  const TryListen nothing_works = [](const EndpointConfig& endpoint, const ListenAddress&) {
    return ListenFindings{"cannot listen for " + endpoint.handler + " " + endpoint.unix_socket.owner, {}};
  };
  std::string said;
  for (const auto& diagnosis : diagnose(result.config, 3, host, nothing_works))
    said += result.shown(to_string(diagnosis)) + "\n";
  for (const auto& note : skipped_addresses(result.config)) said += result.shown(note) + "\n";
  return said + result.shown(capacity_start_error(result.config)) + "\n";
}

// Expects a text without the mark and without its pieces that could be told from other words.
inline void expect_hidden(const std::string& said, const std::string& mark) {
  constexpr std::size_t piece = 6;
  for (std::size_t at = 0; at + piece <= mark.size(); ++at)
    EXPECT_EQ(said.find(mark.substr(at, piece)), std::string::npos) << mark.substr(at, piece) << " in " << said;
}

// Returns everything that `check`, `defaults`, `doctor`, `healthcheck` and a start would say.
inline std::string everything_said(const LoadResult& result) {
  std::string said;
  for (const Problem& problem : result.problems) said += to_string(problem) + "\n";
  for (const Problem& warning : result.warnings) said += to_string(warning) + "\n";
  if (!result.loaded()) return said;
  said += effective_configuration(result) + said_on_a_poor_host(result);
  const auto nothing = [](const std::filesystem::path&, std::size_t) {
    return FileContent{std::nullopt, "does not exist"};
  };
  for (const auto& diagnosis : diagnose_tls(result.config, nothing, std::chrono::system_clock::now()))
    said += to_string(diagnosis) + "\n";
  for (const EndpointConfig& endpoint : result.config.endpoints) {
    if (!endpoint.tls) continue;
    for (const char* option :
         {"certificate", "key", "key_password", "ciphers", "ocsp_response", "client_certificates.ca",
          "client_certificates.crl", "ticket_keys", "sni.b.example.ocsp_response", "sni.b.example.key"}) {
      const TlsSettingsError error(option, "has no cipher \"" + endpoint.tls->ciphers + "\" here");
      said += tls_error_text(*endpoint.tls, error) + "\n";
    }
  }
  return said;
}

}  // namespace portico::test
