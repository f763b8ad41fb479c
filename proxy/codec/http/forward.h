#pragma once

#include "proxy/codec/http/head.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace firedrill::http {

// What to do with the fields that ask for another protocol.
enum class UpgradeFields : std::uint8_t {
  strip,
  keep,  // Connection, Upgrade and what Connection names pass as they came
};

// The Connection line to end the head with. It is ours: the other side's is never passed on, except
// with UpgradeFields::keep, and then this should be `none`.
enum class ConnectionLine : std::uint8_t {
  none,
  close,
  keep_alive,  // for a peer of HTTP/1.0 that asked for it
};

// The framing of the body that will follow the head.
enum class FramingFields : std::uint8_t {
  keep,
  chunked,      // Transfer-Encoding: chunked, and no Content-Length
  until_close,  // neither; Trailer goes too, since trailers need chunks
};

struct ForwardOptions {
  UpgradeFields upgrade = UpgradeFields::strip;
  ConnectionLine connection = ConnectionLine::none;
  FramingFields framing = FramingFields::keep;
  std::string_view without = {};  // the name of a field to leave out
};

// The pieces of a head that is sent on, in order and for one gathering write: the original bytes
// without the hop-by-hop fields and those that Connection names (never Host, Content-Length,
// Transfer-Encoding or Authorization), order, case and values untouched. Of TE remains `trailers`.
// A head with nothing to remove is one piece. The pieces point into the head's bytes, the options'
// and constants. The object is a few KiB and made for reuse, one for each worker.
class ForwardedHead {
 public:
  // An absolute-form target becomes the origin form; a Host field is added in the one case where it
  // would be lost with that, HTTP/1.0 without Host.
  void gather(const RequestHead& head, const ForwardOptions& options = {});
  void gather(const ResponseHead& head, const ForwardOptions& options = {});

  std::span<const std::string_view> pieces() const { return {pieces_.data(), count_}; }

  // The bytes in all pieces together.
  std::size_t size() const;

 private:
  // A field takes at most two pieces (the name of a shortened TE and its value), the start line and
  // the end of the head at most twelve.
  static constexpr std::size_t kCapacity = 2 * FieldList::kCapacity + 12;

  void add(std::string_view piece);
  void keep(std::string_view original);
  void add_start_line(const RequestHead& head);
  void add_fields(const FieldList& fields, const ForwardOptions& options);
  void add_te(const Field& te);
  void add_end(const FieldList& fields, const ForwardOptions& options);

  std::array<std::string_view, kCapacity> pieces_;
  std::size_t count_ = 0;
};

}  // namespace firedrill::http
