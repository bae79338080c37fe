#pragma once

#include "server/net/socket_types.hpp"
#include "server/workers/worker.hpp"

#include <portico/address.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <system_error>

namespace portico {

// What came of one accept: an error, or a client on the worker that will serve it.
struct Accepted {
  std::error_code error;
  Worker* worker = nullptr;
  std::optional<StreamSocket> socket;
  Address peer;
};

// What an accept loop does not do itself: accepting, waiting and the clock. The real one is SocketAcceptor; tests queue
// errors in another. One thread, except that several accepts may be under way.
class Acceptor {
 public:
  virtual ~Acceptor() = default;

  // Waits for a client. Several may wait at once (on Windows each is an AcceptEx posted).
  virtual asio::awaitable<Accepted> accept() = 0;

  // Waits; ends early when closed.
  virtual asio::awaitable<void> pause(std::chrono::milliseconds duration) = 0;

  virtual std::chrono::steady_clock::time_point now() const = 0;

  // Ends every accept and pause under way, with any error.
  virtual void close() = 0;
};

}  // namespace portico
