#include "server/workers/worker.hpp"

#include "base/assert.hpp"
#include "server/net/socket_stream.hpp"

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <array>
#include <iterator>
#include <utility>

namespace portico {

namespace {

// Closing with unread bytes would send a reset. Bounded: it must not keep the other connections waiting.
void discard_unread(Stream& stream) {
  std::array<char, 1024> bytes;
  for (int i = 0; i < 16; ++i)
    if (const auto got = stream.try_read(asio::buffer(bytes)); got.error || got.bytes == 0) return;
}

}  // namespace

Worker::Worker(Observer& observer)
    : worker_context_{context_.get_executor(), {}, std::chrono::steady_clock::now(), false},
      operators_context_{context_.get_executor(), {}, std::chrono::steady_clock::now(), false},
      clients_(worker_context_, observer),
      operators_(operators_context_, observer),
      farewells_(worker_context_, null_observer_),
      sweep_timer_(context_),
      work_(context_.get_executor()) {
  for (Connections* all : all_connections()) all->on_empty([this] { report_stages(); });
}

// After an orderly stop no connection is left. Otherwise (a start that failed half-way) the coroutines must be
// destroyed before the connections that they refer to.
Worker::~Worker() {
  PORTICO_ASSERT(!thread_.joinable());
  for (Connections* all : all_connections()) all->abort_all(EndReason::killed);
  work_.reset();
  context_.restart();
  context_.poll();
}

void Worker::start() {
  PORTICO_ASSERT(!thread_.joinable());
  thread_ = std::thread([this] {
    for (WorkerContext* context : contexts()) context->thread = std::this_thread::get_id();
    context_.run();
  });
}

void Worker::stop_unused() {
  PORTICO_ASSERT(connections() + farewells_.size() == 0);
  context_.stop();
  join();
}

void Worker::join() {
  if (!thread_.joinable()) return;
  thread_.join();
  for (WorkerContext* context : contexts()) context->thread = {};
}

void Worker::adopt(AcceptedClient client, std::shared_ptr<const Endpoint> endpoint) {
  asio::dispatch(context_, [this, client = std::move(client), endpoint = std::move(endpoint)]() mutable {
    Connections& owner = endpoint->serves_operators ? operators_ : clients_;
    start_connection(owner, std::move(client), std::move(endpoint));
  });
}

void Worker::send_farewell(AcceptedClient client, std::shared_ptr<const Endpoint> endpoint) {
  asio::dispatch(context_, [this, client = std::move(client), endpoint = std::move(endpoint)]() mutable {
    if (farewells_.size() < max_farewells) return start_connection(farewells_, std::move(client), endpoint->farewell);
    SocketStream stream(std::move(client.socket));
    discard_unread(stream);
    const asio::const_buffer text = asio::buffer(endpoint->farewell_text);
    // A client of TLS expects a handshake first.
    if (!endpoint->tls && text.size() != 0) stream.try_write({&text, 1});
    stream.close(/*reset=*/false);
  });
}

void Worker::start_connection(Connections& owner, AcceptedClient client, std::shared_ptr<const Endpoint> endpoint) {
  PORTICO_ASSERT(worker_context_.on_thread());
  if (!sweeping_) schedule_sweep();
  std::unique_ptr<Stream> stream;
  if (client.local.is_unix())
    stream = std::make_unique<UnixSocketStream>(std::move(client.socket), client.local);
  else
    stream = std::make_unique<SocketStream>(std::move(client.socket));
  owner.start(std::move(stream), client.peer, std::move(endpoint));
}

void Worker::mark_not_ready() {
  asio::post(context_, [this] {
    for (WorkerContext* context : contexts()) context->ready = false;
  });
}

void Worker::snapshot(std::function<void(std::vector<ConnectionSnapshot>)> on_result) {
  asio::post(context_, [this, on_result = std::move(on_result)] {
    auto all = clients_.snapshot();
    auto operators = operators_.snapshot();
    std::move(operators.begin(), operators.end(), std::back_inserter(all));
    on_result(std::move(all));
  });
}

void Worker::abort(std::uint64_t id, std::function<void(bool)> on_result) {
  asio::post(context_, [this, id, on_result = std::move(on_result)] {
    const bool found = clients_.abort(id);
    on_result(found || operators_.abort(id));
  });
}

// Runs while there are connections; an idle worker sleeps.
void Worker::schedule_sweep() {
  if (!std::exchange(sweeping_, true)) {
    for (WorkerContext* context : contexts()) context->now = std::chrono::steady_clock::now();
  }
  sweep_timer_.expires_after(sweep_period);
  sweep_timer_.async_wait([this](const std::error_code& error) {
    sweeping_ = false;
    if (error || connections() + farewells_.size() == 0) return;
    for (WorkerContext* context : contexts()) context->begin_sweep(std::chrono::steady_clock::now());
    for (Connections* all : all_connections()) all->sweep();
    schedule_sweep();
  });
}

void Worker::drain(std::function<void()> on_drained) {
  asio::post(context_, [this, on_drained = std::move(on_drained)]() mutable {
    on_drained_ = std::move(on_drained);
    for (WorkerContext* context : contexts()) context->ready = false;
    clients_.drain();
    report_stages();
  });
}

void Worker::finish(std::function<void()> on_finished) {
  asio::post(context_, [this, on_finished = std::move(on_finished)]() mutable {
    on_finished_ = std::move(on_finished);
    operators_.drain();
    report_stages();
  });
}

void Worker::abort_all(std::function<void(std::size_t)> on_result) {
  asio::post(context_, [this, on_result = std::move(on_result)] {
    farewells_.abort_all(EndReason::killed);
    const std::size_t count = clients_.abort_all(EndReason::killed);
    on_result(count + operators_.abort_all(EndReason::killed));
  });
}

// Reports each stage of the stop that has ended.
void Worker::report_stages() {
  PORTICO_ASSERT(worker_context_.on_thread());
  if (clients_.size() + farewells_.size() != 0) return;
  if (on_drained_) std::exchange(on_drained_, nullptr)();
  if (!on_finished_ || operators_.size() != 0) return;
  sweep_timer_.cancel();
  work_.reset();
  std::exchange(on_finished_, nullptr)();
}

}  // namespace portico
