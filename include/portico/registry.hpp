#pragma once

#include <portico/connection.hpp>
#include <portico/options.hpp>

#include <asio/awaitable.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace portico {

// Function that starts the session of one client. Called once for each connection, on the thread of its worker; several
// workers may call it concurrently. The returned coroutine serves the client until it returns or throws.
using Session = std::function<asio::awaitable<void>(Connection&)>;

// The users of a handler. An endpoint of a handler for operators does not count under the limit of the process, so that
// it answers when the server is full, but has at most 16 connections; and at a stop it is the last to close.
enum class Audience : std::uint8_t { clients, operators };

namespace detail {

// Returns true if F is a session with options, or a factory of sessions.
template <typename Options, typename F>
constexpr bool handles() {
  if constexpr (!std::copy_constructible<F>)
    return false;
  else if constexpr (std::invocable<const F&, const Options&>)
    return std::convertible_to<std::invoke_result_t<const F&, const Options&>, Session>;
  else if constexpr (std::invocable<const F&, Connection&, const Options&>)
    return std::same_as<std::invoke_result_t<const F&, Connection&, const Options&>, asio::awaitable<void>>;
  else
    return false;
}
template <typename Options, typename F>
constexpr bool is_handler = handles<Options, F>();

}  // namespace detail

// A registered handler: its description for the configuration, and a factory of the session of each endpoint.
struct Handler {
  HandlerDescription description;
  // `options`: made by description.options and filled from the file; the session shares their ownership.
  std::function<Session(std::shared_ptr<const void> options)> bind;
};

// The handlers of a program, by name. Built in main() before run(), so that main() shows the contents of the program;
// one thread.
//
//     portico::Registry handlers;
//     handlers.add("echo", "Sends back what it receives.", echo);                    // echo(connection)
//     handlers.add<ChatOptions>("chat", "A chat room.", [](const ChatOptions& o) {   // a room for each endpoint
//       return [room = std::make_shared<Room>(o)](portico::Connection& c) { return chat(c, room); };
//     });
//     return portico::run(argc, argv, handlers);
class Registry {
 public:
  // Adds a handler without options. `session` is called as session(connection).
  // `help` is one sentence for the reference.
  // Throws std::invalid_argument if the name is empty or taken.
  template <typename F>
  requires(!Described<F>) void add(std::string name, std::string help, F session,
                                   Audience audience = Audience::clients) {
    constexpr bool is_session = std::convertible_to<F, Session>;
    static_assert(is_session, "a handler without options is asio::awaitable<void>(portico::Connection&), and copyable");
    if constexpr (is_session) {
      insert({{std::move(name), std::move(help), OptionSet(), audience == Audience::operators},
              [session = Session(std::move(session))](const std::shared_ptr<const void>&) { return session; }});
    }
  }

  // Adds a handler with options, a struct that describes itself (options.hpp). `handler` is either a session, called as
  // handler(connection, options) for each client; or a factory, called as handler(options) once for each endpoint. A
  // factory returns the Session of that endpoint, which may own the state that its clients share. The options outlive
  // all sessions. Throws as the other add(), and if the description of the options has errors (OptionSet::self_check).
  template <typename Options, typename F>
  void add(std::string name, std::string help, F handler, Audience audience = Audience::clients) {
    constexpr bool has_description = Described<Options>;
    constexpr bool is_handler = detail::is_handler<Options, F>;
    static_assert(has_description, "the options of a handler are a struct with static constexpr auto describe()");
    static_assert(
        is_handler,
        "a handler with options is asio::awaitable<void>(portico::Connection&, const Options&), or a factory, "
        "portico::Session(const Options&); and copyable");
    if constexpr (has_description && is_handler) {
      insert({{std::move(name), std::move(help), OptionSet::of<Options>(), audience == Audience::operators},
              [handler = std::move(handler)](std::shared_ptr<const void> filled) -> Session {
                auto options = std::static_pointer_cast<const Options>(std::move(filled));
                if constexpr (std::invocable<const F&, const Options&>) {
                  return handler(*options);
                } else {
                  return [handler, options = std::move(options)](Connection& connection) {
                    return handler(connection, *options);
                  };
                }
              }});
    }
  }

  // Returns null if no handler has that name. Valid until the next add().
  const Handler* find(std::string_view name) const;

  // Returns all handlers, in the order in which they were added.
  std::span<const Handler> handlers() const { return handlers_; }

  // Returns the descriptions, which are all that the configuration needs of the handlers.
  std::vector<HandlerDescription> descriptions() const;

 private:
  void insert(Handler handler);

  std::vector<Handler> handlers_;
};

}  // namespace portico
