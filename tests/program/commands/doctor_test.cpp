#include "program/commands/doctor.hpp"

#include <gtest/gtest.h>

namespace portico {
namespace {

using namespace std::chrono_literals;
using Severity = Diagnosis::Severity;

// The diagnoses for one endpoint with one worker on an invented host, as lines.
class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    config.shutdown.drain = 8s;  // the default differs between systems
    config.endpoints.resize(1);
    config.endpoints[0].name = "echo";
    listen("127.0.0.1", 7000);
    host.descriptors = 20'000;
    host.max_backlog = 4096;
    host.ephemeral_ports = {{32768, 60999}};
  }

  void listen(std::string address, int port) {
    config.endpoints[0].listen = {{{std::move(address), static_cast<std::uint16_t>(port), {}}}};
  }

  std::vector<Diagnosis> diagnoses() const { return diagnose(config, 1, host); }

  std::string lines() const {
    std::string text;
    for (const auto& diagnosis : diagnoses()) text += to_string(diagnosis) + "\n";
    return text;
  }

  // The diagnoses that are not "ok", in one line.
  std::string problems() const {
    std::string text;
    for (const auto& diagnosis : diagnoses())
      if (diagnosis.severity != Severity::ok) text += (text.empty() ? "" : "; ") + to_string(diagnosis);
    return text;
  }

  Config config;
  HostFacts host;
};

TEST_F(DoctorTest, PrintsOneLineForEverySubjectThatIsOk) {
  EXPECT_EQ(lines(),
            "descriptors: ok, 19956 concurrent connections fit into 20000\n"
            "backlog: ok, the kernel allows up to 4096\n"
            "addresses: ok, ports and address families are available\n"
            "stop: ok, shutdown.delay and shutdown.drain take up to 8s\n");
  config.limits.connections = 5000;
  EXPECT_TRUE(lines().starts_with("descriptors: ok, 5000 of 19956 connections fit\n"));
}

TEST_F(DoctorTest, HostWithoutLimitsIsOk) {
  config.shutdown.drain = 4s;
  host = {};
  host.shutdown_timeout = 5s;
  EXPECT_EQ(lines(),
            "descriptors: ok, this host sets no limit; up to 1000000 concurrent connections\n"
            "addresses: ok, ports and address families are available\n"
            "stop: ok, shutdown.delay and shutdown.drain take up to 4s, and Windows waits 5s\n");
}

TEST_F(DoctorTest, LimitThatDoesNotFitIsTheSameErrorAsInRun) {
  config.limits.connections = 20'000;
  EXPECT_TRUE(problems().starts_with(
      "descriptors: refused, limits.connections is 20000, but only 19956 connections fit into the 20000 descriptors"))
      << problems();
}

TEST_F(DoctorTest, ObservedLimitThatCannotBeReachedIsAWarning) {
  config.limits.connections = ObservedConnections{20'000, true};
  EXPECT_EQ(problems(), "descriptors: warning, observed limit 20000 can never be reached: only 19956 connections fit");
  config.limits.connections = ObservedConnections{10'000, true};
  EXPECT_EQ(problems(), "");
}

TEST_F(DoctorTest, FewDescriptorsAreNotedUnlessTheLimitIsLow) {
  host.descriptors = 1014;
  EXPECT_EQ(problems(), "descriptors: note, only 970 concurrent connections fit into the 1014 this process may have");
  config.limits.connections = 100;
  EXPECT_EQ(problems(), "");
}

TEST_F(DoctorTest, BacklogThatTheKernelReducesIsAWarning) {
  config.endpoints[0].accept.backlog = 4096;
  EXPECT_EQ(problems(), "");
  config.endpoints[0].accept.backlog = 4097;
  EXPECT_EQ(problems(),
            "endpoint echo: warning, accept.backlog is 4097, but the kernel silently reduces it to 4096 (sysctl "
            "net.core.somaxconn)");
}

TEST_F(DoctorTest, PrivilegedPortWithoutThePrivilegeIsAnError) {
  listen("", 80);
  EXPECT_EQ(problems(), "");
  host.first_unprivileged_port = 80;
  EXPECT_EQ(problems(), "");
  host.first_unprivileged_port = 1024;
  EXPECT_TRUE(problems().starts_with("endpoint echo, :80: refused, binding ports below 1024 needs a privilege"))
      << problems();
}

TEST_F(DoctorTest, EphemeralPortIsNoted) {
  for (const int port : {32768, 60999}) {
    listen("0.0.0.0", port);
    EXPECT_TRUE(problems().starts_with("endpoint echo, 0.0.0.0:" + std::to_string(port) +
                                       ": note, the system uses the ports 32768 to 60999"))
        << problems();
  }
  for (const int port : {0, 32767, 61000}) {
    listen("0.0.0.0", port);
    EXPECT_EQ(problems(), "") << port;
  }
}

TEST_F(DoctorTest, MissingIpv6IsAnErrorForIpv6Addresses) {
  host.ipv6 = HostFacts::Ipv6::none;
  for (const auto* address : {"", "0.0.0.0", "localhost"}) {
    listen(address, 7000);
    EXPECT_EQ(problems(), "") << address;
  }
  for (const auto* address : {"::", "::1"}) {
    listen(address, 7000);
    EXPECT_EQ(problems(), "endpoint echo, [" + std::string(address) + "]:7000: refused, this host has no IPv6");
  }
}

TEST_F(DoctorTest, HostWithoutIpv6AddressWarnsOfTheWildcard) {
  host.ipv6 = HostFacts::Ipv6::no_address;
  listen("::", 7000);
  EXPECT_EQ(problems(), "endpoint echo, [::]:7000: warning, this host has no IPv6 address, so no client can connect");
  listen("::1", 7000);
  EXPECT_EQ(problems(), "endpoint echo, [::1]:7000: refused, this host has no IPv6");
}

TEST_F(DoctorTest, StopThatMayTakeLongerThanAllowedIsReported) {
  config.shutdown = {3s, 8s};
  EXPECT_EQ(problems(),
            "stop: note, shutdown.delay and shutdown.drain take up to 11s, but `docker stop` kills after 10s by "
            "default");
  host.shutdown_timeout = 5s;
  EXPECT_EQ(
      problems(),
      "stop: warning, shutdown.delay and shutdown.drain take up to 11s, but Windows ends a container or a service "
      "after 5s (in the registry: cexecsvc's ProcessShutdownTimeoutSeconds and Control's "
      "WaitToKillServiceTimeout)");
  host.shutdown_timeout = 11s;
  EXPECT_EQ(problems(), "");
}

TEST_F(DoctorTest, UnixSocketsHaveNoPorts) {
  config.endpoints[0].listen = {{{"", 80, "/run/p.sock"}}};
  host.first_unprivileged_port = 1024;
  EXPECT_EQ(problems(), "");
}

}  // namespace
}  // namespace portico
