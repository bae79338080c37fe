#pragma once

#include "server/admission/admission.hpp"
#include "tests/support/connections_fixture.hpp"
#include "tests/support/proxy_bytes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace portico::test {

// Sends the address of its peer, then echoes what it reads.
inline asio::awaitable<void> name_then_echo(Connection& connection) {
  co_await connection.write(connection.peer().to_string(), "\n");
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
    co_await connection.write(bytes);
}

inline asio::awaitable<void> write_text(Connection& connection, const std::string& text) {
  co_await connection.write(text);
}

// Connections to one endpoint that trusts the proxies in 10.0.0.0/8.
class ProxyFixture : public testing::Test, protected ConnectionsFixture {
 public:
  ~ProxyFixture() override { abort_all(); }  // connections release their slots

 protected:
  static Address trusted() { return Address({asio::ip::make_address("10.0.0.9"), 40000}); }
  static Address untrusted() { return Address({asio::ip::make_address("203.0.113.5"), 40000}); }
  static std::string v1(const std::string& client = "192.0.2.1") {
    return "PROXY TCP4 " + client + " 198.51.100.7 56324 443\r\n";
  }

  // Sets the mode of the endpoint. Call before the first connection.
  void configure(std::string mode) {
    config.name = "e";
    config.proxy_protocol = ProxyProtocolConfig{std::move(mode), {{{10}, false, 8}}};
  }

  // Starts the connection of an admitted client, as a listener does.
  MemoryStream& connect(const Address& peer) {
    if (!endpoint) endpoint = make_endpoint();
    Slots::Waiter unused;
    const auto decision = endpoint->admission->acquire_slot(peer, unused);
    EXPECT_EQ(decision.action, Admission::Action::admit);
    return start(endpoint, peer);
  }

  void feed(MemoryStream& stream, std::string_view bytes) {
    stream.feed(bytes);
    run();
  }

  void end_input(MemoryStream& stream) {
    stream.end_input();
    run();
  }

  RecordingObserver::End last_end() {
    const auto ends = observer.ends();
    EXPECT_FALSE(ends.empty());
    return ends.empty() ? RecordingObserver::End{} : ends.back();
  }

  void expect_invalid(const std::string& text) {
    const auto end = last_end();
    EXPECT_EQ(to_string(end.reason), to_string(EndReason::proxy_header_invalid));
    EXPECT_EQ(end.text, text);
    EXPECT_EQ(close_record().reset, true);
    EXPECT_EQ(close_record().written, "") << "the session has started";
  }

  EndpointConfig config;
  Timeouts refused_timeouts;  // of clients that the endpoint refuses
  Slots slots{SlotCount{}};
  std::shared_ptr<const Endpoint> endpoint;

 private:
  std::shared_ptr<const Endpoint> make_endpoint() {
    Endpoint made{ConnectionSettings{"e", "h", config.timeouts}, name_then_echo};
    made.admission = std::make_shared<Admission>(config, slots, observer);
    made.proxy.emplace(config);
    if (const auto* farewell = std::get_if<Farewell>(&config.on_full)) made.farewell_text = farewell->farewell;
    const auto send = [text = made.farewell_text](Connection& connection) { return write_text(connection, text); };
    made.farewell = std::make_shared<const Endpoint>(Endpoint{ConnectionSettings{"e", "h", refused_timeouts}, send});
    return std::make_shared<const Endpoint>(std::move(made));
  }
};

}  // namespace portico::test
