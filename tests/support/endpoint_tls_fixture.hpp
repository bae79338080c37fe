#pragma once

#include "server/endpoint/endpoint_tls.hpp"
#include "server/endpoint/start_error.hpp"
#include "tests/support/test_certificates.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace portico::test {

// Keeps the reports about certificates, as "expires: 01".
class ReportObserver : public Observer {
 public:
  using Observer::on;
  void on(const events::ConfigProblem& event) override { reports.push_back("problem: " + event.problem); }
  void on(const events::CertificateReplaced& event) override {
    reports.push_back("replaced: " + std::string(event.serial));
  }
  void on(const events::CertificateExpires& event) override {
    reports.push_back((event.expired ? "expired: " : "expires: ") + std::string(event.serial));
  }

  std::vector<std::string> take() { return std::exchange(reports, {}); }
  std::vector<std::string> reports;
};

using Reports = std::vector<std::string>;

// TLS of one endpoint, with files and a clock of the test.
struct EndpointTlsTest : testing::Test {
  EndpointTlsTest() {
    config.certificate = {{"cert.pem", {}, {}}};
    config.key = {{"key.pem", {}, {}}};
    put(1);
  }

  void put(long serial, int last_day = 90) {
    CertificateRequest request{"localhost", serial};
    request.last_day = last_day;
    put(make_identity(request));
  }
  void put(const TlsIdentity& identity) {
    files["cert.pem"] = identity.certificate;
    files["key.pem"] = identity.key;
  }

  EndpointTls& tls() {
    if (!tls_)
      tls_.emplace(
          "e", config, [this](const std::filesystem::path& file, std::size_t) { return read(file); }, events);
    return *tls_;
  }
  FileContent read(const std::filesystem::path& file) const {
    const auto found = files.find(file.string());
    if (found == files.end()) return {std::nullopt, "does not exist"};
    return {found->second, {}};
  }

  // Returns the error of the start; empty if it succeeds.
  std::string start_error() {
    try {
      tls();
      return {};
    } catch (const StartError& error) {
      return error.what();
    }
  }

  Reports poll(bool force = false) {
    tls().poll(now, force);
    return events.take();
  }
  std::string serial() { return tls().current()->get()->certificates().front().serial; }

  std::map<std::string, std::string> files;
  TlsConfig config;
  ReportObserver events;
  EndpointTls::Time now = std::chrono::system_clock::now();
  std::optional<EndpointTls> tls_;
};

}  // namespace portico::test
