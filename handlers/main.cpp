// The shipped program: the handlers of handlers.hpp, configured by a JSON file.

#include "handlers/handlers.hpp"

#include <portico/registry.hpp>
#include <portico/run.hpp>

int main(int argc, char** argv) {
  namespace shipped = portico::handlers;

  portico::Registry handlers;
  handlers.add("echo", "Sends back what it receives (RFC 862).", shipped::echo);
  handlers.add("discard", "Discards what it receives (RFC 863).", shipped::discard);
  handlers.add("chargen", "Sends lines of a rotating pattern endlessly (RFC 864).", shipped::chargen);
  handlers.add("daytime", "Sends the date and time in UTC as one line (RFC 867).", shipped::daytime);
  handlers.add("time", "Sends the seconds since 1900 as 32 bits (RFC 868).", shipped::time);
  handlers.add("whoami", "Sends the facts of the connection as one line of JSON.", shipped::whoami);
  handlers.add("health", "Answers HTTP health checks: 200, or 503 from the stop request on.", shipped::health,
               portico::Audience::operators);
  return portico::run(argc, argv, handlers);
}
