#pragma once

// The project's Asio vocabulary. A worker is one io_context on one thread, so executors are
// concrete and nothing here is locked, strand-wrapped or type-erased.

#include "proxy/core/time.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

namespace firedrill {

namespace asio = boost::asio;
using boost::system::error_code;

using Executor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

}  // namespace firedrill
