#include "server/connection/read_proxy_header.hpp"

#include "protocol/proxy_protocol/proxy_header.hpp"
#include "server/admission/admission.hpp"
#include "server/connection/apply_proxy_header.hpp"

#include <portico/json_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace portico {
namespace {

using State = ProxyHeaderStep::State;

[[noreturn]] void reject(const std::string& text) { throw ConnectionError(EndReason::proxy_header_invalid, text); }

// Rejects an untrusted peer as early as possible, since nothing in its header can be believed.
void reject_untrusted(const Address& peer, bool required, State state) {
  const auto ip = peer.ip().to_string();
  if (required) reject(fmt::format("{} is not in proxy_protocol.trust", ip));
  const bool header_begun = state != State::undecided && state != State::absent;
  if (header_begun) reject(fmt::format("a PROXY header from {}, which is not in proxy_protocol.trust", ip));
}

// Returns true for a header; false if the session may begin without one. `bytes` is all that there will be.
bool is_header(const ProxyHeaderStep& step, bool required, std::string_view bytes) {
  switch (step.state) {
    case State::complete:
      return true;
    case State::invalid:
      reject(step.error);
    case State::absent:
      if (required) reject(fmt::format("no PROXY header: it begins with {}", json_text(bytes.substr(0, 16))));
      return false;
    case State::undecided:
      if (!required) return false;
      [[fallthrough]];
    case State::incomplete:
      break;
  }
  reject(fmt::format("the input ended inside the PROXY header, after {} bytes", bytes.size()));
}

// Counts the client under the address that is known now. Returns false if it has as many connections as it may.
bool count_client(ServerConnection& connection, Admission& admission) {
  auto counted = admission.count_proxied_client(connection.peer());
  if (counted.refused) connection.annotate("refused", std::string(to_string(*counted.refused)));
  if (counted.lease) connection.retain(std::move(counted.lease));
  return !counted.refused;
}

const Timeouts& without_linger() {
  static const Timeouts timeouts = [] {
    Timeouts without;
    without.linger = std::chrono::milliseconds(0);
    return without;
  }();
  return timeouts;
}

// A refused client must not keep a slot from the others. If there are too many to give them time without one, only a
// farewell is worth a slot for a moment.
void prepare_refusal(ServerConnection& connection, const Endpoint& endpoint) {
  const bool has_time = connection.give_up_slot();
  if (has_time) endpoint.admission->release(connection.direct_peer());
  const bool lingers = has_time || !endpoint.farewell_text.empty();
  connection.use_timeouts(lingers ? endpoint.farewell->settings.timeouts : without_linger());
}

}  // namespace

asio::awaitable<const Endpoint*> read_proxy_header(ServerConnection& connection, const Endpoint& endpoint) {
  const bool required = endpoint.proxy->required();
  const bool trusted = endpoint.proxy->trusts(connection.peer());
  connection.begin_stage(ConnectionStage::proxy_header);

  ProxyHeaderStep step;
  std::string_view bytes;
  do {
    const auto needed = std::max<std::size_t>(1, step.needed);
    bytes = co_await connection.fill(needed);
    if (bytes.empty() && required) {  // a health probe
      co_await connection.finish();
      co_return nullptr;
    }
    step = parse_proxy_header(bytes);
    if (!trusted) reject_untrusted(connection.peer(), required, step.state);
    if (bytes.size() < needed) break;  // EOF
  } while (step.state == State::undecided || step.state == State::incomplete);

  if (is_header(step, required, bytes)) {
    connection.consume(step.size);
    apply_proxy_header(connection, step.header);
  }
  if (!trusted || !endpoint.admission || count_client(connection, *endpoint.admission)) co_return &endpoint;
  prepare_refusal(connection, endpoint);
  if (!endpoint.farewell_text.empty()) co_return endpoint.farewell.get();
  connection.begin_session();
  co_await connection.finish();
  co_return nullptr;
}

}  // namespace portico
