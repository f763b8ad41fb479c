#pragma once

#include "control/config/load.h"

#include <string>
#include <vector>

namespace firedrill::toxiproxy {

// Adds the proxies of a file in Toxiproxy's format, an array such as /populate takes, and their
// toxics, which are active from the start for as long as the configuration allows. Every mistake at
// once, and then nothing is added.
std::vector<FileProblem> add_config_file(Config& config, const std::string& path);

}  // namespace firedrill::toxiproxy
