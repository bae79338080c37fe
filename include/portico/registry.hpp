#pragma once

#include <portico/connection.hpp>
#include <portico/options.hpp>

#include <asio/awaitable.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portico {

// What runs for one client, from its first byte to its end. Called once for each connection, on its worker.
using Session = std::function<asio::awaitable<void>(Connection&)>;

// A session handler: what the configuration needs to know of it, and how it becomes the session of one endpoint.
struct Handler {
  HandlerDescription description;
  // `options`: what description.options made and the file filled; shared with the session for its lifetime.
  std::function<Session(std::shared_ptr<const void> options)> bind;
};

// The session handlers of a program, by name. Built in main(), so that reading main() tells what the program contains.
class Registry {
 public:
  // A handler without options. `session` is called as session(connection).
  // Throws std::invalid_argument if the name is taken or empty; so do the others.
  template <std::invocable<Connection&> F>
  void add(std::string name, std::string help, F session) {
    insert({{std::move(name), std::move(help), OptionSet()},
            [session = Session(std::move(session))](const std::shared_ptr<const void>&) { return session; }});
  }

  // A handler with options, which describe themselves (options.hpp). `handler` is either a session, called as
  // handler(connection, options) for each client, or a factory, called as handler(options) once for each endpoint; it
  // returns the Session of that endpoint, which may own what the endpoint's clients share.
  template <typename Options, typename F>
  void add(std::string name, std::string help, F handler) {
    static_assert(std::invocable<F&, Connection&, const Options&> || std::invocable<F&, const Options&>,
                  "a handler is awaitable<void>(Connection&, const Options&) or Session(const Options&)");
    insert({{std::move(name), std::move(help), OptionSet::of<Options>()},
            [handler = std::move(handler)](std::shared_ptr<const void> filled) -> Session {
              auto options = std::static_pointer_cast<const Options>(std::move(filled));
              if constexpr (std::invocable<F&, const Options&>) {
                return handler(*options);
              } else {
                return [handler, options = std::move(options)](Connection& connection) {
                  return handler(connection, *options);
                };
              }
            }});
  }

  // Null if there is none of that name. In the order they were added otherwise.
  const Handler* find(std::string_view name) const;
  std::span<const Handler> handlers() const { return handlers_; }

  // What the configuration knows of them.
  std::vector<HandlerDescription> descriptions() const;

 private:
  void insert(Handler handler);

  std::vector<Handler> handlers_;
};

}  // namespace portico
