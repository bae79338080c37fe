#include "tests/support/memory_session.hpp"

#include <asio/co_spawn.hpp>
#include <asio/ip/address.hpp>

#include <exception>
#include <utility>

namespace portico::test {

MemorySession::MemorySession()
    : connection(7, stream, Address({asio::ip::make_address("192.0.2.1"), 4711}), settings, worker) {}

MemorySession::~MemorySession() {
  if (ended_) return;
  connection.abort(EndReason::killed);
  run();
}

void MemorySession::start(asio::awaitable<void> session) {
  connection.begin_session();
  asio::co_spawn(context, std::move(session), [this](std::exception_ptr failure) { end(std::move(failure)); });
  run();
}

void MemorySession::feed(std::string_view bytes) {
  stream.feed(bytes);
  run();
}

void MemorySession::end_input() {
  stream.end_input();
  run();
}

void MemorySession::stop() {
  worker.stopping = true;
  connection.wake_for_stop();
  run();
}

void MemorySession::run() { run_until_idle(context); }

void MemorySession::end(std::exception_ptr failure) {
  ended_ = true;
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const ConnectionError& thrown) {
    reason_ = thrown.reason();
    text_ = thrown.what();
  } catch (const std::system_error& thrown) {
    error_ = thrown.code();
    text_ = thrown.what();
  } catch (const std::exception& thrown) {
    text_ = thrown.what();
  }
}

}  // namespace portico::test
