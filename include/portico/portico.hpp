#pragma once

// Everything that a handler author needs. Read in this order: connection.hpp (the client), frames.hpp (its messages),
// sender.hpp (messages from other sessions), options.hpp (settings of a handler), registry.hpp and run.hpp (the
// program), observer.hpp (its events). examples/shout/shout.cpp is a complete program.

#include <portico/connection.hpp>
#include <portico/frames.hpp>
#include <portico/observer.hpp>
#include <portico/options.hpp>
#include <portico/registry.hpp>
#include <portico/run.hpp>
#include <portico/sender.hpp>
