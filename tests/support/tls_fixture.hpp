#pragma once

#include "tests/support/connections_fixture.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/support/tls_client.hpp"

#include <portico/connection.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace portico::test {

// Connections of an endpoint with TLS, over streams in memory, and a client of one of them.
struct TlsFixture : ConnectionsFixture {
  // Starts a connection whose session runs behind a handshake; `by_session`: the session starts it.
  MemoryStream& start_tls(Session session, const Timeouts& timeouts = {}, bool by_session = false) {
    Endpoint endpoint{{"e", "h", {}}, std::move(session)};
    endpoint.settings.timeouts = timeouts;
    return start_tls(std::move(endpoint), by_session);
  }
  MemoryStream& start_tls(Endpoint endpoint, bool by_session = false) {
    endpoint.settings.tls = std::make_shared<const CurrentTlsContext>(std::make_shared<const TlsContext>(settings));
    endpoint.tls = !by_session;
    stream = &start(std::move(endpoint));
    return *stream;
  }

  // Carries bytes between client and server until neither sends more. The server receives them in pieces of `size`.
  void carry(std::size_t size = 1 << 20) {
    while (!closed()) {
      const auto sent = client.give();
      if (!sent.empty()) stream->feed_pieces(sent, size, /*would_block=*/size == 1);
      run();
      const auto received = closed() ? close_record().written : stream->take_written();
      client.take(received);
      if (!SSL_is_init_finished(client.ssl())) client.handshake();
      if (sent.empty() && received.empty()) return;
    }
  }

  // The connection has ended; its stream is closed.
  bool closed() const { return close_record().reset.has_value(); }

  // Carries out the whole handshake. False: it failed.
  bool complete_handshake(std::size_t size = 1 << 20) {
    client.handshake();
    carry(size);
    return SSL_is_init_finished(client.ssl()) == 1;
  }

  // Sends `plain` from the client and returns the session's answer.
  std::string send_and_receive(std::string_view plain, std::size_t size = 1 << 20) {
    client.write(plain);
    carry(size);
    return client.read();
  }

  TlsSettings settings = plain_tls_settings();
  TlsClient client;
  MemoryStream* stream = nullptr;
};

}  // namespace portico::test
