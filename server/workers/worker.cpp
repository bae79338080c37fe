#include "server/workers/worker.hpp"

#include "server/net/socket_options.hpp"
#include "server/net/socket_stream.hpp"

#include <asio/dispatch.hpp>
#include <asio/post.hpp>

#include <array>
#include <utility>

namespace portico {

Worker::Worker(Observer& observer)
    : host_{context_.get_executor(), {}, std::chrono::steady_clock::now(), false},
      connections_(host_, observer),
      farewells_(host_, nobody_),
      sweep_timer_(context_),
      work_(context_.get_executor()) {
  connections_.when_empty([this] { finish_if_drained(); });
  farewells_.when_empty([this] { finish_if_drained(); });
}

// After an orderly stop nothing is left. Otherwise (a start that failed half-way) the coroutines must be gone before
// the connections they refer to.
Worker::~Worker() {
  connections_.cut_all(EndReason::killed);
  farewells_.cut_all(EndReason::killed);
  work_.reset();
  context_.restart();
  context_.poll();
}

void Worker::start() {
  thread_ = std::thread([this] { context_.run(); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::take(StreamSocket socket, const Address& peer, std::shared_ptr<const Endpoint> endpoint) {
  asio::dispatch(context_, [this, socket = std::move(socket), peer, endpoint = std::move(endpoint)]() mutable {
    start_here(connections_, std::move(socket), peer, std::move(endpoint));
  });
}

void Worker::say_farewell(StreamSocket socket, const Address& peer, std::shared_ptr<const Endpoint> endpoint) {
  asio::dispatch(context_, [this, socket = std::move(socket), peer, endpoint = std::move(endpoint)]() mutable {
    if (farewells_.size() < max_farewells) return start_here(farewells_, std::move(socket), peer, endpoint->farewell);
    if (endpoint->tls) return;  // it would not understand; closed
    SocketStream stream(std::move(socket));
    std::array<char, 1024> unread;  // closing over unread bytes would be a reset
    stream.try_read(asio::buffer(unread));
    const asio::const_buffer text = asio::buffer(endpoint->farewell_text);
    stream.try_write({&text, 1});
    stream.close(/*reset=*/false);
  });
}

void Worker::start_here(Connections& where, StreamSocket socket, const Address& peer,
                        std::shared_ptr<const Endpoint> endpoint) {
  keep_from_children(socket.native_handle());
  if (!sweeping_) sweep_later();
  where.start(std::make_unique<SocketStream>(std::move(socket)), peer, std::move(endpoint));
}

void Worker::unready() {
  asio::post(context_, [this] { host_.ready = false; });
}

void Worker::snapshot(std::function<void(std::vector<ConnectionSnapshot>)> told) {
  asio::post(context_, [this, told = std::move(told)] { told(connections_.snapshot()); });
}

void Worker::cut_one(std::uint64_t id, std::function<void(bool)> told) {
  asio::post(context_, [this, id, told = std::move(told)] { told(connections_.cut(id)); });
}

// Runs while there are connections; an idle worker sleeps.
void Worker::sweep_later() {
  if (!std::exchange(sweeping_, true)) host_.now = std::chrono::steady_clock::now();
  sweep_timer_.expires_after(sweep_period);
  sweep_timer_.async_wait([this](const std::error_code& error) {
    sweeping_ = false;
    if (error || connections_.size() + farewells_.size() == 0) return;
    host_.begin_sweep(std::chrono::steady_clock::now());
    connections_.sweep();
    farewells_.sweep();
    sweep_later();
  });
}

void Worker::drain(std::function<void()> drained) {
  asio::post(context_, [this, drained = std::move(drained)]() mutable {
    drained_ = std::move(drained);
    host_.ready = false;
    connections_.drain();
    finish_if_drained();
  });
}

void Worker::cut(std::function<void(std::size_t)> counted) {
  asio::post(context_, [this, counted = std::move(counted)] {
    farewells_.cut_all(EndReason::killed);
    counted(connections_.cut_all(EndReason::killed));
  });
}

void Worker::finish_if_drained() {
  if (!drained_ || connections_.size() + farewells_.size() != 0) return;
  sweep_timer_.cancel();
  work_.reset();
  std::exchange(drained_, nullptr)();
}

}  // namespace portico
