// Mistakes of handler authors, one for each MISTAKE. Each must fail to compile with one sentence: see
// tests/CMakeLists.txt. With MISTAKE 0 it must compile, or the others would prove nothing.

#include <portico/portico.hpp>

#include <string>

struct Options {
  int size = 1;
  static constexpr auto describe() { return portico::options(portico::option("size", &Options::size, "Its size.")); }
};

struct WithoutDescription {
  int size = 1;
};

#if MISTAKE == 4
struct WithPointer {
  int size = 1;
  const char* name = nullptr;
  static constexpr auto describe() {
    return portico::options(portico::option("size", &WithPointer::size, "Its size."),
                            portico::option("name", &WithPointer::name, "Its name."));
  }
};
#endif

asio::awaitable<void> session(portico::Connection& connection) {
#if MISTAKE == 5
  co_await connection.write(42);
#endif
  co_await connection.write("hello\n");
}

asio::awaitable<void> with_options(portico::Connection& connection, const Options&) { return session(connection); }

void register_handlers(portico::Registry& handlers) {
  handlers.add("plain", "Says hello.", session);
  handlers.add<Options>("options", "Says hello.", with_options);
#if MISTAKE == 1
  handlers.add("mistake", "Returns nothing.", [](portico::Connection&) {});
#elif MISTAKE == 2
  handlers.add<Options>("mistake", "Returns nothing.", [](portico::Connection&, const Options&) {});
#elif MISTAKE == 3
  handlers.add<WithoutDescription>("mistake", "Has options without a description.",
                                   [](portico::Connection& connection, const auto&) { return session(connection); });
#elif MISTAKE == 4
  handlers.add<WithPointer>("mistake", "Has an option that is a pointer.",
                            [](portico::Connection& connection, const WithPointer&) { return session(connection); });
#elif MISTAKE == 6
  handlers.add<Options>("mistake", "Makes no session.", [](const Options& options) { return options.size; });
#endif
}
