// What one DNS query costs before the kernel: parsing with all suffix hashes, checking a reply, and
// a forged answer.

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/name.h"

#include <benchmark/benchmark.h>

#include <array>

namespace {

using namespace firedrill;
using namespace firedrill::dns;

// A query of the usual kind: 33 bytes of name, type A, with EDNS.
Bytes typical_query() {
  Bytes query(kHeaderSize, std::byte{0});
  write_u16(query, 0, 0x1234);
  write_u16(query, 2, flag::kRecursionDesired);
  write_u16(query, 4, 1);
  write_u16(query, 10, 1);
  const Bytes name = *parse_name("checkout.Payments.staging.internal");
  query.insert(query.end(), name.begin(), name.end());
  constexpr std::array<unsigned char, 15> kTail{0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
  const ByteView tail = std::as_bytes(std::span(kTail));
  query.insert(query.end(), tail.begin(), tail.end());
  return query;
}

void parse_and_hash(benchmark::State& state) {
  const Bytes message = typical_query();
  for (auto _ : state) {
    const Query query = parse_query(message);
    benchmark::DoNotOptimize(query.question.folded.hash());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(parse_and_hash);

void check_reply(benchmark::State& state) {
  const Bytes query = typical_query();
  const Question question = parse_query(query).question;
  Bytes reply = query;
  write_u16(reply, 2, flag::kResponse);
  for (auto _ : state) benchmark::DoNotOptimize(is_reply_to(reply, question.bytes));
}
BENCHMARK(check_reply);

void forge_answer(benchmark::State& state) {
  const Bytes message = typical_query();
  const Query query = parse_query(message);
  const std::array records{*parse_record("A 10.20.30.99", 30)};
  const Reply reply{.answers = records};
  std::array<std::byte, kMaxUdp> out;
  for (auto _ : state) {
    const Edns edns = read_edns(message, query.question.end());
    const std::size_t limit = reply_limit(Transport::udp, edns);
    benchmark::DoNotOptimize(forge(out, message, query.question, edns, reply, limit));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(forge_answer);

}  // namespace
