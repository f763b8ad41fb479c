#include "proxy/codec/http/forward.h"

#include "proxy/codec/http/chars.h"

#include <boost/assert.hpp>

namespace firedrill::http {
namespace {

constexpr std::string_view kCrLf = "\r\n";

bool lists(std::string_view value, std::string_view wanted) {
  ListReader list(value);
  for (auto element = list.next(); !element.empty(); element = list.next()) {
    if (equal_ignoring_case(element, wanted)) return true;
  }
  return false;
}

// True when a Connection field names this one, and so asks for its removal.
bool is_named_by_connection(const FieldList& fields, std::string_view name) {
  for (const Field& field : fields.all()) {
    if (field.kind == FieldKind::connection && lists(field.value, name)) return true;
  }
  return false;
}

enum class Fate : std::uint8_t { keep, remove, shorten };

// What becomes of a field that is of no interest by its kind.
Fate fate_by_connection(const Field& field, const FieldList& fields,
                        const ForwardOptions& options) {
  if (!options.without.empty() && equal_ignoring_case(field.name, options.without)) {
    return Fate::remove;
  }
  if (options.upgrade == UpgradeFields::keep) return Fate::keep;
  if (!fields.connection_names_fields()) return Fate::keep;
  return is_named_by_connection(fields, field.name) ? Fate::remove : Fate::keep;
}

Fate fate_of(const Field& field, const FieldList& fields, const ForwardOptions& options) {
  const auto keep_if = [](bool keep) { return keep ? Fate::keep : Fate::remove; };
  switch (field.kind) {
    case FieldKind::host:
    case FieldKind::authorization:
      return Fate::keep;
    case FieldKind::content_length:
      return keep_if(options.framing == FramingFields::keep);
    case FieldKind::transfer_encoding:
      return keep_if(options.framing != FramingFields::until_close);
    case FieldKind::connection:
    case FieldKind::upgrade:
      return keep_if(options.upgrade == UpgradeFields::keep);
    case FieldKind::keep_alive:
    case FieldKind::proxy_connection:
      return Fate::remove;
    case FieldKind::te:
      if (!lists(field.value, "trailers")) return Fate::remove;
      return equal_ignoring_case(field.value, "trailers") ? Fate::keep : Fate::shorten;
    case FieldKind::trailer:
      if (options.framing == FramingFields::until_close) return Fate::remove;
      return fate_by_connection(field, fields, options);
    default:
      return fate_by_connection(field, fields, options);
  }
}

// True when the fields and the empty line can be sent in one piece without looking at each.
bool passes_whole(const FieldList& fields, const ForwardOptions& options) {
  return !fields.has_hop_by_hop() && options.framing == FramingFields::keep &&
         options.connection == ConnectionLine::none && options.without.empty();
}

}  // namespace

void ForwardedHead::gather(const RequestHead& head, const ForwardOptions& options) {
  count_ = 0;
  const bool rewritten = head.target.form == Target::Form::absolute;
  if (!rewritten && passes_whole(head.fields, options)) return keep(head.raw);
  if (rewritten) {
    add_start_line(head);
  } else {
    keep(head.start_line);
  }
  add_fields(head.fields, options);
  if (rewritten && !head.fields.has(FieldKind::host)) {
    add("Host: ");
    add(head.target.authority);
    add(kCrLf);
  }
  add_end(head.fields, options);
}

void ForwardedHead::gather(const ResponseHead& head, const ForwardOptions& options) {
  count_ = 0;
  if (passes_whole(head.fields, options)) return keep(head.raw);
  keep(head.start_line);
  add_fields(head.fields, options);
  add_end(head.fields, options);
}

std::size_t ForwardedHead::size() const {
  std::size_t total = 0;
  for (const std::string_view piece : pieces()) total += piece.size();
  return total;
}

void ForwardedHead::add(std::string_view piece) {
  if (piece.empty()) return;
  BOOST_ASSERT(count_ < kCapacity);
  pieces_[count_++] = piece;
}

// Adds bytes of the original, joined to the piece before where they follow it there too.
void ForwardedHead::keep(std::string_view original) {
  if (count_ != 0) {
    std::string_view& last = pieces_[count_ - 1];
    if (last.data() + last.size() == original.data()) {
      last = {last.data(), last.size() + original.size()};
      return;
    }
  }
  add(original);
}

void ForwardedHead::add_start_line(const RequestHead& head) {
  const Target& target = head.target;
  keep(head.start_line.substr(0, head.method.size() + 1));
  if (target.origin.empty() && head.method == "OPTIONS") {
    add("*");
  } else if (!target.origin.starts_with('/')) {
    add("/");
  }
  keep(target.origin);
  keep(head.start_line.substr(head.method.size() + 1 + target.raw.size()));
}

void ForwardedHead::add_fields(const FieldList& fields, const ForwardOptions& options) {
  for (const Field& field : fields.all()) {
    switch (fate_of(field, fields, options)) {
      case Fate::keep:
        keep(field.line);
        break;
      case Fate::shorten:
        add_te(field);
        break;
      case Fate::remove:
        break;
    }
  }
}

void ForwardedHead::add_te(const Field& te) {
  add(te.name);
  add(": trailers\r\n");
}

void ForwardedHead::add_end(const FieldList& fields, const ForwardOptions& options) {
  if (options.framing == FramingFields::chunked && !fields.has(FieldKind::transfer_encoding)) {
    add("Transfer-Encoding: chunked\r\n");
  }
  if (options.connection == ConnectionLine::close) add("Connection: close\r\n");
  if (options.connection == ConnectionLine::keep_alive) add("Connection: keep-alive\r\n");
  // The empty line of the original, which joins the last field where nothing stands between.
  keep({fields.end() - kCrLf.size(), kCrLf.size()});
}

}  // namespace firedrill::http
