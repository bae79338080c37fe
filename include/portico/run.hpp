#pragma once

#include <portico/observer.hpp>
#include <portico/registry.hpp>

#include <string>

namespace portico {

// Facts about a program: the names under which it shows itself (in its help, version, messages, schema and reference),
// and a receiver of the server's events.
struct Program {
  std::string name = "portico";
  std::string version = {};      // empty: Portico's own
  Observer* observer = nullptr;  // of the command `run`, beside the log; must outlive the call
};

// Runs the whole program: parses the command line (`run FILE`, `check FILE`, `schema`, ...; `--help` lists them),
// executes the command with these handlers, and returns the exit code for main(): 0 success, 1 the configuration has
// problems, 2 it cannot be read, 3 the server could not start, 64 wrong command line, 74 the output of a command cannot
// be written. Call it once, from main(); until it returns, the calling thread is the server's control thread. Errors
// are printed to stderr.
//
//     int main(int argc, char** argv) {
//       portico::Registry handlers;
//       handlers.add("echo", "Sends back what it receives.", echo);
//       return portico::run(argc, argv, handlers, {.name = "shout", .version = "1.2"});
//     }
int run(int argc, char** argv, const Registry& handlers, const Program& program = {});

}  // namespace portico
