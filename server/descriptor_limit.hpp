#pragma once

namespace portico {

// Lets this process have as many descriptors as the system allows it: the soft limit of open files is raised to the
// hard one (setrlimit(2)). Windows has no such limit. Failure leaves the limit as it was.
void raise_descriptor_limit();

}  // namespace portico
