#include "server/workers/connections.hpp"

#include "server/admission/admission.hpp"
#include "server/connection/serve.hpp"

#include <asio/co_spawn.hpp>

#include <algorithm>

namespace portico {

namespace {

// Unique in the process, so that log lines of all workers can be told apart.
std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

Connections::Live::Live(std::uint64_t id, std::unique_ptr<Stream> bytes, const Address& peer,
                        std::shared_ptr<const Endpoint> owner, WorkerContext& host)
    : endpoint(std::move(owner)), stream(std::move(bytes)), connection(id, *stream, peer, endpoint->settings, host) {}

void Connections::start(std::unique_ptr<Stream> stream, const Address& peer, std::shared_ptr<const Endpoint> endpoint) {
  const auto place = live_.emplace(live_.end(), next_id(), std::move(stream), peer, std::move(endpoint), host_);
  size_.fetch_add(1, std::memory_order_relaxed);
  observer_.on(events::Accepted{place->connection});
  asio::co_spawn(host_.executor, serve(place->connection, *place->endpoint),
                 [this, place](const std::exception_ptr& thrown) { ended(place, thrown); });
}

void Connections::ended(Place place, const std::exception_ptr& thrown) {
  const auto ending = classify_end(place->connection, thrown);
  // An answer that was cut short must never look whole: every end but an orderly one is a reset.
  const bool reset = thrown != nullptr;
  if (place->connection.stop_send_queue([this, place, ending, reset] { close(place, ending, reset); }))
    close(place, ending, reset);
}

// The last thing that happens to a connection: its reason is told, then it is destroyed.
void Connections::close(Place place, const ConnectionEnd& ending, bool reset) {
  const auto& connection = place->connection;
  const auto duration = std::chrono::steady_clock::now() - connection.started_at();
  observer_.on(events::Closed{connection, ending.reason, ending.message,
                              std::chrono::duration_cast<std::chrono::milliseconds>(duration)});
  place->stream->close(reset);
  const auto endpoint = place->endpoint;
  const auto accepted_from = connection.direct_peer();
  live_.erase(place);
  if (endpoint->admission) endpoint->admission->give_back(accepted_from);  // only now: its memory counts too
  size_.fetch_sub(1, std::memory_order_relaxed);
  if (live_.empty() && when_empty_) when_empty_();
}

void Connections::sweep() {
  for (auto& live : live_) live.connection.check_deadlines();
}

std::vector<ConnectionSnapshot> Connections::snapshot() const {
  const auto now = std::chrono::steady_clock::now();
  const auto until_now = [now](std::chrono::steady_clock::time_point since) {
    return std::max(std::chrono::milliseconds(0), std::chrono::duration_cast<std::chrono::milliseconds>(now - since));
  };
  std::vector<ConnectionSnapshot> all;
  all.reserve(live_.size());
  for (const auto& live : live_) {
    const auto& connection = live.connection;
    const auto& settings = connection.settings();
    all.push_back({connection.id(), settings.endpoint, settings.handler, connection.peer(),
                   until_now(connection.started_at()), until_now(connection.last_active()), connection.bytes_in(),
                   connection.bytes_out(), connection.phase(), connection.annotations()});
  }
  return all;
}

bool Connections::cut(std::uint64_t id) {
  const auto found =
      std::find_if(live_.begin(), live_.end(), [id](const Live& live) { return live.connection.id() == id; });
  if (found == live_.end()) return false;
  found->connection.abort(EndReason::killed);
  return true;
}

void Connections::drain() {
  host_.stopping = true;
  for (auto& live : live_) live.connection.wake_for_stop();
}

std::size_t Connections::cut_all(EndReason reason) {
  std::size_t count = 0;
  for (auto& live : live_) {
    live.connection.abort(reason);
    if (live.connection.end_reason() == reason) ++count;
  }
  return count;
}

}  // namespace portico
