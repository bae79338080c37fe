// The program of the consumer projects. Exit code 0 of `greeter version` proves that it is linked with what it runs
// with.

#include <portico/portico.hpp>

asio::awaitable<void> greet(portico::Connection& connection) { return connection.write("hello\n"); }

#ifdef GREETER_PLUGIN
int run_greeter(int argc, char** argv) {
#else
int main(int argc, char** argv) {
#endif
  portico::Registry handlers;
  handlers.add("greet", "Says hello.", greet);
  return portico::run(argc, argv, handlers, {.name = "greeter"});
}
