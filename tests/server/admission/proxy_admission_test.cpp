// limits.per_address for clients of trusted proxies: exact, however a connection ends.

#include "tests/support/proxy_fixture.hpp"

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::MemoryStream;

class ProxyAdmissionTest : public test::ProxyFixture {
 protected:
  ProxyAdmissionTest() {
    configure("require");
    config.limits.per_address.connections = 1;
  }

  MemoryStream& connect_proxied(const std::string& client) {
    auto& stream = connect(trusted());
    feed(stream, v1(client));
    return stream;
  }

  void expect_admitted(MemoryStream& stream) { EXPECT_NE(stream.written(), ""); }

  void expect_refused(const std::string& peer, const std::string& written = {}) {
    EXPECT_EQ(observer.refusals().back().reason, Refusal::address_full);
    EXPECT_EQ(observer.refusals().back().peer, peer);
    EXPECT_EQ(last_end().reason, EndReason::finished);
    EXPECT_EQ(last_end().peer, peer);
    EXPECT_EQ(last_end().bytes_in, 0U);
    EXPECT_EQ(last_end().annotations.back(), (Annotations::value_type{"refused", "address_full"}));
    EXPECT_EQ(close_record().written, written);
    EXPECT_EQ(close_record().reset, false);
  }
};

TEST_F(ProxyAdmissionTest, ProxiedClientsAreCountedInsteadOfTheProxy) {
  auto& first = connect_proxied("192.0.2.1");
  expect_admitted(first);
  expect_admitted(connect_proxied("192.0.2.2"));
  EXPECT_EQ(observer.refusals().size(), 0U);

  end_input(connect_proxied("192.0.2.1"));  // refused
  EXPECT_EQ(observer.refusals().size(), 1U);
  expect_refused("192.0.2.1:56324");

  end_input(first);
  expect_admitted(connect_proxied("192.0.2.1"));
  EXPECT_EQ(observer.refusals().size(), 1U);
}

TEST_F(ProxyAdmissionTest, RefusedProxiedClientThatSendsSomethingReadsAnEnd) {
  connect_proxied("192.0.2.1");
  auto& refused = connect(trusted());
  feed(refused, v1("192.0.2.1") + "hello");
  EXPECT_TRUE(refused.write_ended());
  feed(refused, "more");
  EXPECT_EQ(refused.unread(), 0U) << "closing over unread bytes would be a reset";
  end_input(refused);
  EXPECT_EQ(close_record().reset, false);
  EXPECT_EQ(last_end().bytes_in, 9U);
}

TEST_F(ProxyAdmissionTest, RefusedProxiedClientHoldsNoSlotWhileItIsGivenTheTimeToEnd) {
  for (const auto& on_full : std::vector<std::variant<std::string, Farewell>>{"close", Farewell{"421 busy\r\n"}}) {
    config.on_full = on_full;
    config.limits.connections = 2;
    config.timeouts.linger = 1h;
    refused_timeouts.linger = 1s;
    endpoint = nullptr;
    connect_proxied("192.0.2.1");
    for (int i = 0; i < 3; ++i) connect_proxied("192.0.2.1");  // expects to be admitted to a slot
    EXPECT_EQ(connections.size(), 4U);
    sweep_for(2s);
    EXPECT_EQ(connections.size(), 1U);
    expect_admitted(connect_proxied("192.0.2.2"));
    Slots::Waiter unused;
    EXPECT_EQ(endpoint->admission->acquire_slot(trusted(), unused).reason, Refusal::endpoint_full)
        << "no slot is released twice";
    abort_all();
    EXPECT_EQ(worker.farewells, 0U);
  }
}

TEST_F(ProxyAdmissionTest, OneOfTooManyRefusedProxiedClientsIsClosedImmediately) {
  connect_proxied("192.0.2.1");
  for (std::size_t i = 0; i < max_farewells; ++i) connect_proxied("192.0.2.1");
  EXPECT_EQ(connections.size(), max_farewells + 1);
  auto& refused = connect(trusted());
  refused.feed(v1("192.0.2.1") + "hello");
  feed(refused, "more");
  EXPECT_EQ(connections.size(), max_farewells + 1);
  EXPECT_EQ(close_record().reset, false);
  EXPECT_EQ(last_end().bytes_in, 9U) << "closing over unread bytes would be a reset";
}

TEST_F(ProxyAdmissionTest, RefusedProxiedClientGetsTheFarewell) {
  config.on_full = Farewell{"421 busy\r\n"};
  connect_proxied("192.0.2.1");
  end_input(connect_proxied("192.0.2.1"));
  expect_refused("192.0.2.1:56324", "421 busy\r\n");
}

TEST_F(ProxyAdmissionTest, ObservedLimitOnlyReports) {
  config.limits.per_address.observe = true;
  auto& first = connect_proxied("192.0.2.1");
  expect_admitted(connect_proxied("192.0.2.1"));
  EXPECT_EQ(observer.refusals().size(), 1U);
  EXPECT_TRUE(observer.refusals().back().observed);
  end_input(first);
}

TEST_F(ProxyAdmissionTest, ProxyWithoutAClientIsCountedItself) {
  auto& first = connect(trusted());
  feed(first, "PROXY UNKNOWN\r\n");
  expect_admitted(first);
  auto& second = connect(trusted());
  feed(second, "PROXY UNKNOWN\r\n");
  end_input(second);
  expect_refused("10.0.0.9:40000");
  end_input(first);
  auto& third = connect(trusted());
  feed(third, "PROXY UNKNOWN\r\n");
  expect_admitted(third);
}

TEST_F(ProxyAdmissionTest, UntrustedPeersAreCountedWhenTheyConnect) {
  configure("accept");
  auto& first = connect(untrusted());
  Slots::Waiter unused;
  EXPECT_EQ(endpoint->admission->acquire_slot(untrusted(), unused).reason, Refusal::address_full);
  end_input(first);
  feed(connect(untrusted()), "hello");
  EXPECT_EQ(observer.refusals().size(), 1U);
}

// A connection that was counted or uncounted wrongly would change what happens to the clients at the end of its round.
TEST_F(ProxyAdmissionTest, CountIsExactHoweverAConnectionEnds) {
  config.on_full = "close";
  const std::vector<std::function<void(MemoryStream&)>> ways = {
      [this](MemoryStream& stream) { end_input(stream); },                              // a probe
      [this](MemoryStream& stream) { feed(stream, "no header"); },                      //
      [this](MemoryStream& stream) { feed(stream, "PROXY TCP4"), end_input(stream); },  // inside the header
      [this](MemoryStream& stream) { feed(stream, "PROXY"), sweep_for(6s); },           // too slow
      [this](MemoryStream& stream) { feed(stream, v1()), end_input(stream); },          // in order
      [this](MemoryStream& stream) { feed(stream, v1()), connections.abort_all(EndReason::killed), run(); },
      [this](MemoryStream& stream) { feed(stream, "PROXY UNKNOWN\r\n"), end_input(stream); },
      [this](MemoryStream&) { connections.abort_all(EndReason::killed), run(); },
  };
  for (const auto& way : ways) {
    way(connect(trusted()));
    auto& known = connect_proxied("192.0.2.1");
    auto& proxy = connect(trusted());
    feed(proxy, "PROXY UNKNOWN\r\n");
    expect_admitted(known);
    expect_admitted(proxy);
    EXPECT_EQ(observer.refusals().size(), 0U);
    end_input(known);
    end_input(proxy);
    EXPECT_EQ(connections.size(), 0U);
  }
  connect_proxied("192.0.2.1");
  connect_proxied("192.0.2.1");
  EXPECT_EQ(observer.refusals().size(), 1U);
}

}  // namespace
}  // namespace portico
