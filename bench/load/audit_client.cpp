#include "bench/load/audit_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

namespace firedrill::bench {
namespace {

// Random, so that bytes that are missing, doubled or out of place show wherever they are.
Bytes random_stream(std::size_t size) {
  std::mt19937 generator(1);
  Bytes stream(size);
  std::ranges::generate(stream, [&] { return static_cast<std::byte>(generator() & 0xff); });
  return stream;
}

std::string place(std::size_t received, std::size_t size) {
  return " after " + std::to_string(received) + " of " + std::to_string(size) + " bytes";
}

}  // namespace

AuditClient::AuditClient(EventLoop& loop, Meter& meter, Plan plan)
    : loop_(loop), meter_(meter), plan_(plan), stream_(random_stream(plan.size)) {
  for (std::size_t i = 0; i < plan_.connections; ++i) begin(conversations_.emplace_back());
}

// The old socket is closed only after the new one is open, so that the two have different
// descriptors and the loop can't take one for the other.
void AuditClient::begin(Conversation& conversation) {
  Socket fresh = connect_tcp(plan_.to);
  const int descriptor = fresh.descriptor();
  loop_.watch(descriptor, Interest::edges, [this, &conversation, descriptor] {
    if (conversation.socket.descriptor() == descriptor) advance(conversation);
    return conversation.socket.descriptor() == descriptor ? Next::keep : Next::drop;
  });
  conversation = {.socket = std::move(fresh), .started = Clock::now()};
  ++open_;
}

void AuditClient::advance(Conversation& conversation) {
  send_rest(conversation);
  while (true) {
    const ssize_t count = recv(conversation.socket.descriptor(), buffer_.data(), buffer_.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return fail(conversation, std::generic_category().message(errno));
    if (count == 0) return finish(conversation);
    const ByteView bytes = ByteView(buffer_).first(static_cast<std::size_t>(count));
    if (!is_expected(conversation, bytes)) return fail(conversation, "wrong bytes");
    meter_.bytes(bytes.size());
    conversation.received += bytes.size();
  }
}

void AuditClient::send_rest(Conversation& conversation) {
  const int descriptor = conversation.socket.descriptor();
  while (conversation.sent < stream_.size()) {
    const ByteView rest = ByteView(stream_).subspan(conversation.sent);
    const ssize_t count = send(descriptor, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0) return;  // not yet; or failed, which the next receive will tell
    conversation.sent += static_cast<std::size_t>(count);
    if (conversation.sent == stream_.size()) shutdown(descriptor, SHUT_WR);
  }
}

bool AuditClient::is_expected(const Conversation& conversation, ByteView bytes) const {
  const ByteView rest = ByteView(stream_).subspan(conversation.received);
  return bytes.size() <= rest.size() && std::ranges::equal(bytes, rest.first(bytes.size()));
}

void AuditClient::finish(Conversation& conversation) {
  if (conversation.received < stream_.size()) return fail(conversation, "the connection ended");
  meter_.unit(Clock::now() - conversation.started);
  begin_next(conversation);
}

void AuditClient::fail(Conversation& conversation, const std::string& what) {
  meter_.error(what + place(conversation.received, stream_.size()));
  begin_next(conversation);
}

void AuditClient::begin_next(Conversation& conversation) {
  --open_;
  ++ended_;
  if (stopping_) {
    conversation = {};
  } else {
    begin(conversation);
  }
}

void AuditClient::give_up() {
  for (const Conversation& conversation : conversations_) {
    if (conversation.socket.descriptor() < 0) continue;
    meter_.error("no end" + place(conversation.received, stream_.size()));
  }
}

}  // namespace firedrill::bench
