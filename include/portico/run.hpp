#pragma once

#include <portico/registry.hpp>

namespace portico {

// Runs the whole program: parses the command line (`run FILE`, `check FILE`, `schema`, ...; `--help` lists them),
// executes the command with these handlers, and returns the exit code for main(): 0 success, 1 the configuration has
// problems, 2 it cannot be read, 3 the server could not start, 64 wrong command line, 74 the output of a command cannot
// be written. Call it once, from main(); until it returns, the calling thread is the server's control thread. Errors
// are printed to stderr.
//
//     int main(int argc, char** argv) {
//       portico::Registry handlers;
//       handlers.add("echo", "Sends back what it receives.", echo);
//       return portico::run(argc, argv, handlers);
//     }
int run(int argc, char** argv, const Registry& handlers);

}  // namespace portico
