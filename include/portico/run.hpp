#pragma once

#include <portico/registry.hpp>

namespace portico {

// The whole program: reads the command line (`run FILE`, `check FILE`, `schema`, ...; `help` lists them), does what it
// says with these handlers, and returns the exit code for main(): 0 done, 1 the configuration has problems, 2 it cannot
// be read, 3 could not start, 64 wrong command line. Call it once, from main(); the calling thread is the server's
// control thread until it returns.
int run(int argc, char** argv, const Registry& handlers);

}  // namespace portico
