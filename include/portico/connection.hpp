#pragma once

#include <portico/address.hpp>
#include <portico/build_guard.hpp>
#include <portico/byte_range.hpp>
#include <portico/end_reason.hpp>
#include <portico/tls_info.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>

namespace portico {

class Sender;

// One client, as its session sees it.
//
//     asio::awaitable<void> shout(portico::Connection& connection) {
//       for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read())
//         co_await connection.write("> ", bytes);
//     }
//
// The server creates and destroys it. Use it only on the worker's thread that runs the session (get_executor()); other
// threads and sessions send through a Sender. End of input (EOF) is a value. Exceptions mean that the connection has
// failed, and a session lets them pass: std::system_error for a broken network; ConnectionError for a deadline, an
// abort, a message over its maximum, and TLS that ends without close_notify.
class Connection {
 public:
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // --- Reading

  // Returns the bytes that have arrived, at least one, and consumes them; empty at EOF: the peer's FIN (over TLS its
  // close_notify) or, between messages, a stopping server. Valid until the next read, fill or read_exactly.
  asio::awaitable<std::string_view> read();

  // Waits until at least `count` bytes are unread, and returns all unread bytes; fewer than `count` only at EOF.
  // Consumes nothing: consume() does. The caller bounds `count`. Valid until the next read or fill.
  asio::awaitable<std::string_view> fill(std::size_t count);

  // Returns what read() would return without waiting; nullopt if read() would wait. For sessions that send on their
  // own account and look at the input between two writes.
  std::optional<std::string_view> try_read();

  // Returns the bytes that were received and not consumed yet. Never waits.
  std::string_view unread() const;

  // Consumes the first `count` unread bytes. They stay where they are until the next read or fill.
  void consume(std::size_t count);

  // Fills `into` completely and returns true; false at EOF before its first byte. EOF after that is a ConnectionError
  // (peer_reset). `into` is contiguous bytes (char, unsigned char or std::byte) that outlive the call, such as a
  // std::array, a std::vector, or a span of one.
  asio::awaitable<bool> read_exactly(std::span<char> into);
  template <WritableByteRange Bytes>
  requires(!std::convertible_to<Bytes, std::span<char>>) asio::awaitable<bool> read_exactly(Bytes&& into) {
    return read_exactly(std::span(reinterpret_cast<char*>(std::ranges::data(into)), std::ranges::size(into)));
  }

  // --- Writing

  // Sends all given parts, in order, gathered into one system call where the system takes it. A part is text, or
  // contiguous bytes (char, unsigned char or std::byte), such as a std::vector, a std::array or a span. Returns when
  // the system has taken everything; the parts must live that long, which temporaries in the awaited expression do. One
  // write at a time: a second one throws std::logic_error.
  template <typename... Parts>
  asio::awaitable<void> write(const Parts&... parts) {
    static_assert(sizeof...(parts) <= max_buffers, "write() takes at most 8 parts: write in two calls");
    static_assert((is_part<Parts> && ...),
                  "write() takes text, and contiguous ranges of char, unsigned char or std::byte");
    if constexpr (sizeof...(parts) <= max_buffers && (is_part<Parts> && ...)) {
      return send(BufferList{{as_buffer(parts)...}, sizeof...(parts)});
    } else {
      return asio::awaitable<void>();
    }
  }

  // Shuts down sending: the peer reads EOF after everything that was written. Reading continues (half-close).
  void finish_writing();

  // Starts TLS on an endpoint whose `tls.start` is "by_session" (STARTTLS): unread bytes, and everything that follows,
  // belong to the handshake. Nothing may be written meanwhile; messages of Senders wait. A failed handshake is a
  // ConnectionError (tls_failed, tls_timeout); std::logic_error if the endpoint has no `tls`, or TLS has begun.
  asio::awaitable<void> start_tls();

  // --- Facts

  const Address& peer() const;         // the client; behind a trusted proxy, the one that its PROXY header names
  Address local() const;               // our end
  std::optional<TlsInfo> tls() const;  // nullopt without TLS
  std::uint64_t id() const;            // unique in this process, from 1
  std::string_view endpoint() const;   // the endpoint's name in the configuration
  bool stopping() const;               // the server drains: finish what has begun, take no new work
  bool ready() const;                  // false from the stop request on: for health checks
  asio::any_io_executor get_executor() const;

  // Returns a handle through which other sessions, and any thread, send messages to this client: see sender.hpp.
  Sender sender();

  // Registers `action` for a session that waits for something of its own (a timer, another socket): it is called once,
  // on the connection's thread, when the connection is aborted, and should end that wait. It replaces the previous one;
  // an empty one removes it. After an abort it is called immediately.
  void on_abort(std::function<void()> action);

  // Adds a fact to the connection's `closed` line in the log; replaces the value of a `key` that exists.
  void annotate(std::string key, std::string value);

 private:
  // The server's side of a connection: every connection is one, and holds all that this view shows.
  friend class ServerConnection;
  Connection() = default;
  ~Connection() = default;

  static constexpr std::size_t max_buffers = 8;
  struct BufferList {
    std::array<asio::const_buffer, max_buffers> buffers;
    std::size_t count;
  };
  template <typename Part>
  static constexpr bool is_part = std::convertible_to<const Part&, std::string_view> ||
                                  std::convertible_to<const Part&, asio::const_buffer> || ByteRange<const Part&>;
  template <typename Part>
  static asio::const_buffer as_buffer(const Part& part) {
    if constexpr (std::convertible_to<const Part&, std::string_view>) {  // a literal, without the zero at its end
      const std::string_view text = part;
      return {text.data(), text.size()};
    } else if constexpr (std::convertible_to<const Part&, asio::const_buffer>) {
      return part;
    } else {
      return {std::ranges::data(part), std::ranges::size(part)};
    }
  }
  asio::awaitable<void> send(const BufferList& list);
};

}  // namespace portico
