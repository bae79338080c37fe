#pragma once

#include "config/settings/endpoint_config.hpp"
#include "server/endpoint/certificate_watcher.hpp"
#include "server/endpoint/endpoint.hpp"

#include <portico/observer.hpp>
#include <portico/registry.hpp>

#include <memory>

namespace portico {

class Slots;

// Makes the endpoint of one entry of the configuration: its handler bound to its options, its admission, its TLS
// context and its farewell. `slots` and `observer` must outlive it; `certificates` watches its files. Throws
// StartError, whose message names the endpoint.
std::shared_ptr<const Endpoint> make_endpoint(const EndpointConfig& config, const Registry& handlers, Slots& slots,
                                              CertificateWatcher& certificates, Observer& observer);

}  // namespace portico
