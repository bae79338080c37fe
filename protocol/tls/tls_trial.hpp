#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

namespace portico {

// Carries out a handshake in memory, between a connection of `server` and a client that can use everything. Returns the
// error with which the server refuses even that client; nothing if there is none, or if no such client can be made.
// What the client's certificate would have to be is not judged. Takes a millisecond or two.
std::optional<std::string> trial_error(SSL_CTX* server, const std::string& cipher_suites);

}  // namespace portico
