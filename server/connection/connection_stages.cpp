// The stages of a connection, and what it does in them.

#include "base/assert.hpp"
#include "server/connection/server_connection.hpp"

#include <utility>

namespace portico {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::opening:
      return "opening";
    case Phase::waiting:
      return "waiting";
    case Phase::in_message:
      return "in_message";
    case Phase::writing:
      return "writing";
    case Phase::in_handler:
      return "in_handler";
    case Phase::lingering:
      break;
  }
  return "lingering";
}

Phase ServerConnection::phase() const {
  if (lingering()) return Phase::lingering;
  if (stage_ != ConnectionStage::session) return Phase::opening;
  if (waiting_to_write_) return Phase::writing;
  if (!waiting_to_read_) return Phase::in_handler;
  return in_message() ? Phase::in_message : Phase::waiting;
}

void ServerConnection::begin_stage(ConnectionStage stage) {
  PORTICO_ASSERT(worker_.on_thread());
  // Forward only; but a session may start TLS, and continues after the handshake.
  [[maybe_unused]] const bool starts_tls =
      stage_ == ConnectionStage::session && stage == ConnectionStage::tls_handshake;
  PORTICO_ASSERT(stage_ != ConnectionStage::handshake_failed && (stage >= stage_ || starts_tls));
  stage_ = stage;
  read_since_ = worker_.now;
}

void ServerConnection::begin_session() {
  begin_stage(ConnectionStage::session);
  started_at_ = std::chrono::steady_clock::now();
  bytes_in_ = input_.unread().size();
}

void ServerConnection::set_client_address(const Address& client) {
  PORTICO_ASSERT(stage_ == ConnectionStage::proxy_header);
  extras().proxy = std::exchange(peer_, client);
}

bool ServerConnection::give_up_slot() {
  PORTICO_ASSERT(worker_.on_thread() && has_slot());
  if (worker_.farewells == max_farewells) return false;
  ++worker_.farewells;
  extras().slot_given_up = true;
  return true;
}

}  // namespace portico
