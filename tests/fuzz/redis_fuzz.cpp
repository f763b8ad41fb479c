#include "proxy/codec/event/resp.h"
#include "tests/fuzz/event_split.h"

namespace firedrill::event {
namespace {

// How many values the stream has up to its end, or up to what is none.
std::size_t values_in(std::string_view stream) {
  RespScanner scanner;
  std::size_t values = 0;
  for (ByteView left = as_bytes(stream); !left.empty();) {
    const auto step = scanner.scan(left);
    if (step.state == RespScanner::State::wrong) break;
    if (step.state == RespScanner::State::ended) ++values;
    left = left.subspan(step.used);
  }
  return values;
}

// The stream with as many of each entry as `counts` says, over and over.
std::string with_entries(std::string_view stream, std::string_view counts) {
  const auto codec = make_codec("redis");
  std::string out;
  std::size_t turn = 0;
  const auto drain = [&] {
    while (const auto piece = codec->next()) {
      const auto* group = std::get_if<Group>(&*piece);
      std::vector<Outcome> outcomes;
      for (std::size_t i = 0; group != nullptr && i < group->events.size(); ++i) {
        const ByteView raw = group->events[i].raw;
        const auto count = static_cast<unsigned char>(counts[turn++ % counts.size()]) % 3u;
        outcomes.emplace_back(count, Bytes(raw.begin(), raw.end()));
      }
      const Bytes made = group == nullptr ? Bytes() : codec->encode_group(*group, outcomes);
      out += as_text(group == nullptr ? raw_of(*piece) : ByteView(made));
    }
  };
  codec->feed(as_bytes(stream));
  drain();
  out += as_text(codec->held());
  return out;
}

// A client takes the replies for those to its requests one by one, so that none may vanish.
void check_replies(std::string_view stream) {
  for (const std::string_view counts : {std::string_view("\0", 1), std::string_view("\2\0\1", 3)}) {
    require(values_in(with_entries(stream, counts)) == values_in(stream));
  }
}

}  // namespace
}  // namespace firedrill::event

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  firedrill::event::check_codec("redis", input);
  firedrill::event::check_replies(input);
  return 0;
}
