#include "server/workers/connections.hpp"

#include "base/assert.hpp"
#include "server/admission/admission.hpp"
#include "server/connection/serve.hpp"

#include <asio/co_spawn.hpp>

#include <algorithm>

namespace portico {

namespace {

// Unique in the process, so that the log lines of all workers can be distinguished.
std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

Connections::Entry::Entry(std::uint64_t id, std::unique_ptr<Stream> client_stream, const Address& peer,
                          std::shared_ptr<const Endpoint> client_endpoint, WorkerContext& worker)
    : endpoint(std::move(client_endpoint)),
      stream(std::move(client_stream)),
      connection(id, *stream, peer, endpoint->settings, worker) {}

// A coroutine that outlived its connection would refer to freed memory.
Connections::~Connections() { PORTICO_ASSERT(entries_.empty() && size() == 0); }

void Connections::start(std::unique_ptr<Stream> stream, const Address& peer, std::shared_ptr<const Endpoint> endpoint) {
  PORTICO_ASSERT(worker_.on_thread());
  const auto it = entries_.emplace(entries_.end(), next_id(), std::move(stream), peer, std::move(endpoint), worker_);
  size_.fetch_add(1, std::memory_order_relaxed);
  observer_.on(events::Accepted{it->connection});
  asio::co_spawn(worker_.executor, serve(it->connection, *it->endpoint),
                 [this, it](const std::exception_ptr& thrown) { on_session_end(it, thrown); });
}

void Connections::on_session_end(Iterator it, const std::exception_ptr& thrown) {
  const auto end = classify_end(it->connection, thrown);
  // An incomplete answer must never look complete: every end but an orderly one is a reset, unless TLS has said so.
  const bool reset = thrown != nullptr && !it->connection.failed_in_order();
  if (it->connection.stop_send_queue([this, it, end, reset] { close(it, end, reset); })) close(it, end, reset);
}

// Reports the end of a connection, then destroys it.
void Connections::close(Iterator it, const ConnectionEnd& end, bool reset) {
  PORTICO_ASSERT(worker_.on_thread() && !entries_.empty());
  const auto& connection = it->connection;
  const auto duration = std::chrono::steady_clock::now() - connection.started_at();
  observer_.on(events::Closed{connection, end.reason, end.message,
                              std::chrono::duration_cast<std::chrono::milliseconds>(duration), connection.bytes_in(),
                              connection.bytes_out()});
  it->stream->close(reset);
  const auto endpoint = it->endpoint;
  const auto direct_peer = connection.direct_peer();
  const bool has_slot = connection.has_slot();
  entries_.erase(it);
  // Only now, since the limits also bound the memory of connections.
  if (endpoint->admission && has_slot) endpoint->admission->release(direct_peer);
  size_.fetch_sub(1, std::memory_order_relaxed);
  if (entries_.empty() && on_empty_) on_empty_();
}

void Connections::sweep() {
  PORTICO_ASSERT(worker_.on_thread());
  for (auto& entry : entries_) entry.connection.check_deadlines();
}

std::vector<ConnectionSnapshot> Connections::snapshot() const {
  PORTICO_ASSERT(worker_.on_thread());
  const auto now = std::chrono::steady_clock::now();
  const auto until_now = [now](std::chrono::steady_clock::time_point since) {
    return std::max(std::chrono::milliseconds(0), std::chrono::duration_cast<std::chrono::milliseconds>(now - since));
  };
  std::vector<ConnectionSnapshot> all;
  all.reserve(entries_.size());
  for (const auto& entry : entries_) {
    const auto& connection = entry.connection;
    const auto& settings = connection.settings();
    all.push_back({connection.id(), settings.endpoint, settings.handler, connection.peer(),
                   until_now(connection.started_at()), until_now(connection.last_active()), connection.bytes_in(),
                   connection.bytes_out(), connection.phase(), connection.annotations()});
  }
  return all;
}

bool Connections::abort(std::uint64_t id) {
  PORTICO_ASSERT(worker_.on_thread());
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [id](const Entry& entry) { return entry.connection.id() == id; });
  if (found == entries_.end()) return false;
  found->connection.abort(EndReason::killed);
  return true;
}

void Connections::drain() {
  PORTICO_ASSERT(worker_.on_thread());
  worker_.stopping = true;
  for (auto& entry : entries_) entry.connection.wake_for_stop();
}

std::size_t Connections::abort_all(EndReason reason) {
  PORTICO_ASSERT(worker_.on_thread());
  std::size_t count = 0;
  for (auto& entry : entries_) {
    const bool was_aborted = entry.connection.end_reason() == reason;
    entry.connection.abort(reason);
    if (!was_aborted && entry.connection.end_reason() == reason) ++count;
  }
  return count;
}

}  // namespace portico
