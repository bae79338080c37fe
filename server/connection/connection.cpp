// The author's view of a connection: each function forwards to the one of the same name in ServerConnection. Connection
// has no data and nothing virtual, so that the view costs no byte of a connection, and its header nothing of the
// server.

#include "server/connection/server_connection.hpp"

#include <portico/connection.hpp>
#include <portico/sender.hpp>

#include <type_traits>
#include <utility>

namespace portico {

static_assert(std::is_empty_v<Connection> && !std::is_polymorphic_v<Connection>);

namespace {

ServerConnection& served(Connection& connection) { return static_cast<ServerConnection&>(connection); }
const ServerConnection& served(const Connection& connection) {
  return static_cast<const ServerConnection&>(connection);
}

}  // namespace

asio::awaitable<std::string_view> Connection::read() { return served(*this).read(); }
asio::awaitable<std::string_view> Connection::fill(std::size_t count) { return served(*this).fill(count); }
std::optional<std::string_view> Connection::try_read() { return served(*this).try_read(); }
std::string_view Connection::unread() const { return served(*this).unread(); }
void Connection::consume(std::size_t count) { served(*this).consume(count); }
asio::awaitable<bool> Connection::read_exactly(std::span<char> into) { return served(*this).read_exactly(into); }

asio::awaitable<void> Connection::send(const BufferList& list) { return served(*this).send(list); }
void Connection::finish_writing() { served(*this).finish_writing(); }
asio::awaitable<void> Connection::start_tls() { return served(*this).start_tls(); }

const Address& Connection::peer() const { return served(*this).peer(); }
Address Connection::local() const { return served(*this).local(); }
std::optional<TlsInfo> Connection::tls() const { return served(*this).tls(); }
std::uint64_t Connection::id() const { return served(*this).id(); }
std::string_view Connection::endpoint() const { return served(*this).endpoint(); }
bool Connection::stopping() const { return served(*this).stopping(); }
bool Connection::ready() const { return served(*this).ready(); }
asio::any_io_executor Connection::get_executor() const { return served(*this).get_executor(); }

Sender Connection::sender() { return served(*this).sender(); }
void Connection::on_abort(std::function<void()> action) { served(*this).on_abort(std::move(action)); }
void Connection::annotate(std::string key, std::string value) {
  served(*this).annotate(std::move(key), std::move(value));
}

}  // namespace portico
