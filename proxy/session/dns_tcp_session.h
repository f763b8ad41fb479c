#pragma once

#include "proxy/session/dns_upstream.h"
#include "proxy/session/held_queries.h"
#include "proxy/session/message_splitter.h"
#include "proxy/session/outlet.h"
#include "proxy/session/pipelined_queries.h"
#include "proxy/session/session.h"

#include <optional>

namespace firedrill {

// DNS over one TCP connection (RFC 7766): queries are taken as they come, up to 200 at once, and
// each is answered when its answer is there, in any order. What is forwarded goes over one TCP
// connection to the upstream, made when it is first needed. A client that has sent FIN still gets
// its answers.
class DnsTcpSession final : public Session {
 public:
  // Takes the accepted socket over and starts.
  static void start(ProxyContext& proxy, Fd client, const Peer& peer);

  void refresh() override;
  void drain() override { wakeup_.notify(); }

 private:
  // Whom a reply is for: what is counted of it.
  struct Asker {
    TimePoint asked;
    std::size_t row;
  };
  enum class End : std::uint8_t { in_order, reset, refused, timed_out };

  DnsTcpSession(ProxyContext& proxy, const Peer& peer);
  bool allowed() const;

  Task<> serve();
  // Does all that can be done without waiting.
  void advance(TimePoint now);
  TimePoint next_deadline() const;
  void finish(TimePoint now);
  bool quiet() const;
  Duration patience() const;

  void read_client(TimePoint now);
  bool may_read_client() const;
  void take_queries(TimePoint now);
  void take_query(std::span<std::byte> message, TimePoint now);
  void ask_rules(const dns::Question& question, std::span<std::byte> message, TimePoint now);
  ByteView forged(ByteView query, const dns::Question& question, const dns::Reply& reply) const;
  void release_due(TimePoint now);
  void send_held(HeldQuery held, TimePoint now);

  void forward(std::span<std::byte> message, ByteView question, std::unique_ptr<ReplyFaults> faults,
               TimePoint now);
  void settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
              TimePoint now);
  void answer_edited(ByteView reply, const Asker& asker, const ReplyFaults& faults, TimePoint now);
  void answer(ByteView reply, std::size_t row, Duration took);
  void open_upstream(TimePoint now);
  void watch_connect(TimePoint now);
  void read_upstream(TimePoint now);
  void take_reply(std::span<std::byte> message, TimePoint now);
  void close_upstream(End end);
  void forget_expired(TimePoint now);

  std::size_t in_flight() const { return pending_.size() + held_.size(); }

  ProxyContext& proxy_;
  Peer peer_;
  Stream client_;
  Stream upstream_;
  Wakeup wakeup_;
  std::optional<Outlet> response_;  // into client_
  std::optional<Outlet> request_;   // into upstream_, once that is connected
  MessageSplitter queries_;
  MessageSplitter replies_;
  Bytes unsent_;  // for the upstream, while it connects
  TimePoint connect_deadline_ = kNever;
  std::uint64_t forwarded_ = 0;  // bytes to the upstream
  PipelinedQueries pending_;
  HeldQueries<HeldQuery> held_;
  ConnectionCounts counts_;
  std::uint64_t asked_ = 0;   // queries so far
  TimePoint quiet_since_;     // the last message, either way
  bool client_done_ = false;  // has sent FIN
  std::optional<End> end_;
  Task<> serving_;
};

}  // namespace firedrill
