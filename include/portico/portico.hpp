#pragma once

// Everything a handler author needs. Read in this order: connection.hpp (the client), frames.hpp (its messages),
// sender.hpp (messages from others), options.hpp (what the JSON file may say), registry.hpp and run.hpp (the program).

#include <portico/connection.hpp>
#include <portico/frames.hpp>
#include <portico/options.hpp>
#include <portico/registry.hpp>
#include <portico/run.hpp>
#include <portico/sender.hpp>
