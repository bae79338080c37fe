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

  // Returns true if others accept from the same socket, or will: clients that are not accepted here are not lost. Only
  // then the two functions below are called.
  virtual bool is_shared() const { return false; }

  // Waits until there is a client to accept. Another process may be faster.
  virtual asio::awaitable<std::error_code> wait_for_client() = 0;

  // Accepts a client if there is one; otherwise the error is would_block.
  virtual Accepted try_accept() = 0;

  // Waits for `duration`; close() ends the wait early.
  virtual asio::awaitable<void> sleep(std::chrono::milliseconds duration) = 0;

  // Returns true if the client has reset its connection. One that has only ended its input may still want an answer.
  virtual bool has_left(Accepted& client) = 0;

  virtual std::chrono::steady_clock::time_point now() const = 0;

  // Ends every pending accept() and wait_for_client(), with any error, and every sleep().
  virtual void close() = 0;
};

}  // namespace portico
