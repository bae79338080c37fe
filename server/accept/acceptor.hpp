#pragma once

#include "server/net/socket_types.hpp"
#include "server/workers/worker.hpp"

#include <portico/address.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <system_error>

namespace portico {

// Result of one accept: an error, or a client and the worker that will serve it.
struct Accepted {
  std::error_code error;
  Worker* worker = nullptr;
  std::optional<StreamSocket> socket;
  Address peer;
  Address local;  // of a Unix socket whose name the system does not know; otherwise unspecified
};

// Source of clients for a listener, with the clock and the timer of its accept loops. The real one is SocketAcceptor;
// tests script errors with their own. Used on one thread, where several accepts may be pending.
class Acceptor {
 public:
  virtual ~Acceptor() = default;

  // Waits for a client. Several calls may be pending (on Windows each is a posted AcceptEx).
  virtual asio::awaitable<Accepted> accept() = 0;

  // Waits for `duration`; close() ends the wait early.
  virtual asio::awaitable<void> sleep(std::chrono::milliseconds duration) = 0;

  // Returns true if the client has reset its connection. One that has only ended its input may still want an answer.
  virtual bool has_left(Accepted& client) = 0;

  virtual std::chrono::steady_clock::time_point now() const = 0;

  // Ends every pending accept(), with any error, and every sleep().
  virtual void close() = 0;
};

}  // namespace portico
