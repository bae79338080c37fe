#include "program/commands/doctor.hpp"

#include <gtest/gtest.h>

namespace portico {
namespace {

using namespace std::chrono_literals;
using Verdict = Diagnosis::Verdict;

// What examine() says of one endpoint on an invented host with one worker, as lines.
class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    config.shutdown.drain = 8s;  // whichever system this runs on
    config.endpoints.resize(1);
    config.endpoints[0].name = "echo";
    listen("127.0.0.1", 7000);
    host.descriptors = 20'000;
    host.longest_backlog = 4096;
    host.outgoing_ports = {{32768, 60999}};
  }

  void listen(std::string address, int port) {
    config.endpoints[0].listen = {{{std::move(address), static_cast<std::uint16_t>(port), {}}}};
  }

  std::vector<Diagnosis> findings() const { return examine(config, 1, host); }

  std::string lines() const {
    std::string text;
    for (const auto& finding : findings()) text += to_string(finding) + "\n";
    return text;
  }

  // The only finding that is not good news, or that there is none or more than one.
  std::string trouble() const {
    std::string text;
    for (const auto& finding : findings())
      if (finding.verdict != Verdict::ok) text += (text.empty() ? "" : "; ") + to_string(finding);
    return text;
  }

  Config config;
  HostFacts host;
};

TEST_F(DoctorTest, SaysBrieflyWhatIsFine) {
  EXPECT_EQ(lines(),
            "descriptors: ok, 19956 connections at a time fit into 20000\n"
            "backlog: ok, the kernel keeps up to 4096\n"
            "addresses: ok, nothing stands against the ports and families\n"
            "stop: ok, shutdown.delay and shutdown.drain take up to 8s\n");
  config.limits.connections = 5000;
  EXPECT_TRUE(lines().starts_with("descriptors: ok, 5000 of 19956 connections fit\n"));
}

TEST_F(DoctorTest, KnowsOfHostsWithoutTheseLimits) {
  config.shutdown.drain = 4s;
  host = {};
  host.stop_wait = 5s;
  EXPECT_EQ(lines(),
            "descriptors: ok, this host sets no limit; 1000000 connections at a time\n"
            "addresses: ok, nothing stands against the ports and families\n"
            "stop: ok, shutdown.delay and shutdown.drain take up to 4s, and Windows waits 5s\n");
}

TEST_F(DoctorTest, ALimitThatDoesNotFitIsARefusalInTheWordsOfRun) {
  config.limits.connections = 20'000;
  EXPECT_TRUE(trouble().starts_with(
      "descriptors: refused, limits.connections is 20000, but only 19956 connections fit into the 20000 descriptors"))
      << trouble();
}

TEST_F(DoctorTest, ALimitOnTrialThatIsNeverReachedIsAWarning) {
  config.limits.connections = ObservedConnections{20'000, true};
  EXPECT_EQ(
      trouble(),
      "descriptors: warning, limits.connections is 20000 on trial, but only 19956 connections fit, so it is never "
      "reached");
  config.limits.connections = ObservedConnections{10'000, true};
  EXPECT_EQ(trouble(), "");
}

TEST_F(DoctorTest, FewDescriptorsAreNotedUnlessFewWereAskedFor) {
  host.descriptors = 1014;
  EXPECT_EQ(trouble(), "descriptors: note, only 970 connections at a time fit into the 1014 this process may have");
  config.limits.connections = 100;
  EXPECT_EQ(trouble(), "");
}

TEST_F(DoctorTest, ABacklogThatTheKernelCutsIsAWarning) {
  config.endpoints[0].accept.backlog = 4096;
  EXPECT_EQ(trouble(), "");
  config.endpoints[0].accept.backlog = 4097;
  EXPECT_EQ(trouble(),
            "endpoint echo: warning, accept.backlog is 4097, but the kernel silently cuts it to 4096 (sysctl "
            "net.core.somaxconn)");
}

TEST_F(DoctorTest, APortWithoutTheRightToItIsARefusal) {
  listen("", 80);
  EXPECT_EQ(trouble(), "");
  host.first_free_port = 80;
  EXPECT_EQ(trouble(), "");
  host.first_free_port = 1024;
  EXPECT_TRUE(trouble().starts_with("endpoint echo, :80: refused, ports below 1024 need a right")) << trouble();
}

TEST_F(DoctorTest, APortOfOutgoingConnectionsIsNoted) {
  for (const int port : {32768, 60999}) {
    listen("0.0.0.0", port);
    EXPECT_TRUE(trouble().starts_with("endpoint echo, 0.0.0.0:" + std::to_string(port) +
                                      ": note, the system gives the ports 32768 to 60999"))
        << trouble();
  }
  for (const int port : {0, 32767, 61000}) {
    listen("0.0.0.0", port);
    EXPECT_EQ(trouble(), "") << port;
  }
}

TEST_F(DoctorTest, Ipv6IsMissedWhereItIsListenedOn) {
  host.ipv6 = HostFacts::Ipv6::none;
  for (const auto* address : {"", "0.0.0.0", "localhost"}) {
    listen(address, 7000);
    EXPECT_EQ(trouble(), "") << address;
  }
  for (const auto* address : {"::", "::1"}) {
    listen(address, 7000);
    EXPECT_EQ(trouble(), "endpoint echo, [" + std::string(address) + "]:7000: refused, this host has no IPv6");
  }
}

TEST_F(DoctorTest, WithoutAnIpv6AddressTheWildcardCanBeBoundAndServesNobody) {
  host.ipv6 = HostFacts::Ipv6::no_address;
  listen("::", 7000);
  EXPECT_EQ(trouble(), "endpoint echo, [::]:7000: warning, this host has no IPv6 address, so nobody can come here");
  listen("::1", 7000);
  EXPECT_EQ(trouble(), "endpoint echo, [::1]:7000: refused, this host has no IPv6");
}

TEST_F(DoctorTest, AStopThatTakesLongerThanItIsGivenIsSaid) {
  config.shutdown = {3s, 8s};
  EXPECT_EQ(
      trouble(),
      "stop: note, shutdown.delay and shutdown.drain take up to 11s, but `docker stop` kills after 10s unless told "
      "otherwise");
  host.stop_wait = 5s;
  EXPECT_EQ(
      trouble(),
      "stop: warning, shutdown.delay and shutdown.drain take up to 11s, but Windows ends a container or a service "
      "after 5s (in the registry: cexecsvc's ProcessShutdownTimeoutSeconds and Control's "
      "WaitToKillServiceTimeout)");
  host.stop_wait = 11s;
  EXPECT_EQ(trouble(), "");
}

TEST_F(DoctorTest, UnixSocketsHaveNoPorts) {
  config.endpoints[0].listen = {{{"", 80, "/run/p.sock"}}};
  host.first_free_port = 1024;
  EXPECT_EQ(trouble(), "");
}

}  // namespace
}  // namespace portico
