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
    host.descriptors.limit = 20'000;
    host.max_backlog = 4096;
    host.ephemeral_ports = {{32768, 60999}};
  }

  void listen(std::string address, int port) {
    config.endpoints[0].listen = {{{std::move(address), static_cast<std::uint16_t>(port), {}}}};
  }

  std::vector<Diagnosis> diagnoses() const { return diagnose(config, workers, host, try_listen); }

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
  std::size_t workers = 1;
  TryListen try_listen = [](const EndpointConfig&, const ListenAddress&) { return ListenFindings(); };
};

TEST_F(DoctorTest, PrintsOneLineForEverySubjectThatIsOk) {
  EXPECT_EQ(lines(),
            "workers: ok, 1; this process may use 1 processor\n"
            "descriptors: ok, 19956 concurrent connections fit into 20000\n"
            "backlog: ok, the kernel allows up to 4096\n"
            "addresses: ok, each one is free and this host has it\n"
            "stop: ok, shutdown.delay and shutdown.drain take up to 8s\n");
  config.limits.connections = 5000;
  EXPECT_NE(lines().find("\ndescriptors: ok, 5000 of 19956 connections fit\n"), std::string::npos);
}

TEST_F(DoctorTest, HostWithoutLimitsIsOk) {
  config.shutdown.drain = 4s;
  host = {};
  host.shutdown_timeout = 5s;
  EXPECT_EQ(lines(),
            "workers: ok, 1; this process may use 1 processor\n"
            "descriptors: ok, this host sets no limit; up to 1000000 concurrent connections\n"
            "addresses: ok, each one is free and this host has it\n"
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
  host.descriptors.limit = 1014;
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

TEST_F(DoctorTest, WorkersBeyondTheProcessorsAreNoted) {
  host.processors = {8, 1.5};
  workers = 2;
  EXPECT_TRUE(lines().starts_with(
      "workers: ok, 2; this process may use 8 processors, and the time of at most 1.5 by its CPU limit\n"))
      << lines();
  workers = 3;
  EXPECT_EQ(
      problems(),
      "workers: note, 3, but this process may use 8 processors, and the time of at most 1.5 by its CPU limit; more "
      "workers than that only add switching");
}

TEST_F(DoctorTest, SaysWhatTheStartWouldSayOfAnAddress) {
  config.endpoints[0].listen.push_back({{"", 0, "/run/p.sock"}, {}, {}});
  try_listen = [](const EndpointConfig& endpoint, const ListenAddress& address) {
    EXPECT_EQ(endpoint.name, "echo");
    return address.is_unix() ? ListenFindings{std::nullopt, {"a warning"}} : ListenFindings{"bind: it is in use", {}};
  };
  EXPECT_EQ(problems(),
            "endpoint echo, 127.0.0.1:7000: refused, bind: it is in use; endpoint echo, unix:/run/p.sock: warning, a "
            "warning");
}

TEST_F(DoctorTest, KnownReasonOfAnErrorIsNotRepeatedInTheSystemsWords) {
  host.ipv6 = HostFacts::Ipv6::none;
  listen("::1", 7000);
  try_listen = [](const EndpointConfig&, const ListenAddress&) { return ListenFindings{"bind: not available", {}}; };
  EXPECT_EQ(problems(), "endpoint echo, [::1]:7000: refused, this host has no IPv6");
}

TEST_F(DoctorTest, WatchdogThatCannotBeFedIsAWarning) {
  host.watchdog = {"30000000", /*has_socket=*/true};
  EXPECT_NE(lines().find("\nwatchdog: ok, the service manager waits at most 30s for a sign of life\n"),
            std::string::npos)
      << lines();
  host.watchdog->has_socket = false;
  EXPECT_EQ(problems(),
            "watchdog: warning, WATCHDOG_USEC is set, but NOTIFY_SOCKET is not: no sign of life can be sent, and the "
            "service manager may kill the server");
  host.watchdog = {"30s", true};
  EXPECT_EQ(problems(), "watchdog: warning, WATCHDOG_USEC is \"30s\", but must be a number of microseconds above 0");
  host.watchdog = {"500000", true};
  EXPECT_EQ(problems(), "watchdog: warning, WATCHDOG_USEC is 500ms, which a busy worker may miss; use at least 1s");
}

TEST_F(DoctorTest, UnixSocketsHaveNoPorts) {
  config.endpoints[0].listen = {{{"", 80, "/run/p.sock"}}};
  host.first_unprivileged_port = 1024;
  EXPECT_EQ(problems(), "");
}

}  // namespace
}  // namespace portico
