#pragma once

#include "proxy/session/connection_faults.h"
#include "proxy/session/dns_tcp_upstream.h"
#include "proxy/session/dns_upstream.h"
#include "proxy/session/held_queries.h"
#include "proxy/session/message_splitter.h"
#include "proxy/session/outlet.h"
#include "proxy/session/session.h"

#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

// DNS over one TCP connection (RFC 7766): queries are taken as they come, up to 200 at once, and
// each is answered when its answer is there, in any order. What is forwarded goes over one TCP
// connection to the upstream, and one to each route's, made when it is first needed. A client that
// has sent FIN still gets its answers.
class DnsTcpSession final : public Session {
 public:
  DnsTcpSession(ProxyContext& proxy, const Peer& peer);

  // Takes the accepted socket over and begins to serve it; false when it can't be watched.
  [[nodiscard]] bool start(Fd client);

  void refresh() override;
  void drain() override { wakeup_.notify(); }

 private:
  // Whom a reply is for: what is counted of it.
  struct Asker {
    TimePoint asked;
    std::size_t row;
  };
  enum class End : std::uint8_t { in_order, closed, reset, refused, timed_out };

  std::optional<std::uint64_t> progress() const override;

  Task<> serve();
  Task<> close();
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

  void forward(std::span<std::byte> message, const dns::Question& question,
               std::unique_ptr<ReplyFaults> faults, TimePoint now);
  void settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
              TimePoint now);
  void answer_edited(ByteView reply, const Asker& asker, ReplyFaults& faults, TimePoint now);
  void answer(ByteView reply, std::size_t row, Duration took);
  DnsTcpUpstream& upstream_for(const dns::FoldedName& name);
  void read_upstream(DnsTcpUpstream& upstream, TimePoint now);
  void take_reply(DnsTcpUpstream& upstream, std::span<std::byte> message, TimePoint now);
  void take_answer(PipelinedQuery query, std::span<std::byte> message, TimePoint now);
  void take_refusals(DnsTcpUpstream& upstream, TimePoint now);
  // One of the messages of a transfer, but for the last.
  void pass_part(std::span<std::byte> message, PipelinedQuery& query, TimePoint now);
  void watch_upstreams(TimePoint now);
  void apply_faults();

  std::size_t in_flight() const;

  ProxyContext& proxy_;
  Peer peer_;
  HitNotes hits_;
  ConnectionFaults faults_;
  Stream client_;
  Wakeup wakeup_;
  std::optional<Outlet> response_;  // into client_
  MessageSplitter queries_;
  std::optional<DnsUpstreams> servers_;                     // once they are needed
  std::vector<std::unique_ptr<DnsTcpUpstream>> upstreams_;  // one for each group of servers in use
  HeldQueries<HeldQuery> held_;
  ConnectionCounts counts_;
  std::uint64_t asked_ = 0;   // queries so far
  TimePoint quiet_since_;     // the last message, either way
  bool client_done_ = false;  // has sent FIN
  std::optional<End> end_;
  Task<> serving_;
};

}  // namespace firedrill
