// limits.per_address behind proxies: it counts whom they announce, exactly, however a connection ends.

#include "tests/support/proxy_fixture.hpp"

namespace portico {
namespace {

using namespace std::chrono_literals;
using test::MemoryStream;

class ProxyAdmission : public test::ProxyWorld {
 protected:
  ProxyAdmission() {
    configure("require");
    config.limits.per_address.connections = 1;
  }

  MemoryStream& announced(const std::string& client) {
    auto& stream = connect(trusted());
    feed(stream, v1(client));
    return stream;
  }

  void expect_let_in(MemoryStream& stream) { EXPECT_NE(stream.written(), ""); }

  void expect_refused(const std::string& peer, const std::string& written = {}) {
    EXPECT_EQ(observer.refusals().back().reason, Refusal::address_full);
    EXPECT_EQ(observer.refusals().back().peer, peer);
    EXPECT_EQ(last_end().reason, EndReason::finished);
    EXPECT_EQ(last_end().peer, peer);
    EXPECT_EQ(last_end().bytes_in, 0U);
    EXPECT_EQ(last_end().annotations.back(), (Annotations::value_type{"refused", "address_full"}));
    EXPECT_EQ(closing().written, written);
    EXPECT_EQ(closing().reset, false);
  }
};

TEST_F(ProxyAdmission, CountsTheAnnouncedClientsAndNotTheProxy) {
  auto& first = announced("192.0.2.1");
  expect_let_in(first);
  expect_let_in(announced("192.0.2.2"));
  EXPECT_EQ(observer.refusals().size(), 0U);

  announced("192.0.2.1");  // gone at once
  EXPECT_EQ(observer.refusals().size(), 1U);
  expect_refused("192.0.2.1:56324");

  end_input(first);
  expect_let_in(announced("192.0.2.1"));
  EXPECT_EQ(observer.refusals().size(), 1U);
}

TEST_F(ProxyAdmission, SaysTheFarewell) {
  config.on_full = Farewell{"421 busy\r\n"};
  announced("192.0.2.1");
  end_input(announced("192.0.2.1"));
  expect_refused("192.0.2.1:56324", "421 busy\r\n");
}

TEST_F(ProxyAdmission, OnlyTellsOnTrial) {
  config.limits.per_address.observe = true;
  auto& first = announced("192.0.2.1");
  expect_let_in(announced("192.0.2.1"));
  EXPECT_EQ(observer.refusals().size(), 1U);
  EXPECT_TRUE(observer.refusals().back().observed);
  end_input(first);
}

TEST_F(ProxyAdmission, CountsAProxyThatSpeaksForItself) {
  auto& first = connect(trusted());
  feed(first, "PROXY UNKNOWN\r\n");
  expect_let_in(first);
  auto& second = connect(trusted());
  feed(second, "PROXY UNKNOWN\r\n");
  expect_refused("10.0.0.9:40000");
  end_input(first);
  auto& third = connect(trusted());
  feed(third, "PROXY UNKNOWN\r\n");
  expect_let_in(third);
}

TEST_F(ProxyAdmission, CountsOthersWhenTheyConnect) {
  configure("accept");
  auto& first = connect(untrusted());
  Slots::Waiter unused;
  EXPECT_EQ(endpoint->admission->acquire_slot(untrusted(), unused).reason, Refusal::address_full);
  end_input(first);
  feed(connect(untrusted()), "hello");
  EXPECT_EQ(observer.refusals().size(), 1U);
}

// Whoever was counted once too often or too rarely would be refused, or let in, at the end of a round.
TEST_F(ProxyAdmission, IsExactHoweverAConnectionEnds) {
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
    auto& known = announced("192.0.2.1");
    auto& proxy = connect(trusted());
    feed(proxy, "PROXY UNKNOWN\r\n");
    expect_let_in(known);
    expect_let_in(proxy);
    EXPECT_EQ(observer.refusals().size(), 0U);
    end_input(known);
    end_input(proxy);
    EXPECT_EQ(connections.size(), 0U);
  }
  announced("192.0.2.1");
  announced("192.0.2.1");
  EXPECT_EQ(observer.refusals().size(), 1U);
}

}  // namespace
}  // namespace portico
