#pragma once

#include "proxy/session/connection_faults.h"
#include "proxy/session/dns_upstream.h"
#include "proxy/session/message_splitter.h"
#include "proxy/session/outlet.h"
#include "proxy/session/pipelined_queries.h"
#include "proxy/session/session.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace firedrill {

// The connection of one DNS client's session to the servers of one group, made when it is first
// needed, and again for the next query when the server has ended it. Queries are pipelined. Where
// there is failover, a server that can't be reached, ends the connection, refuses a query or keeps
// one waiting for longer than its part of the time is left for the next, which is asked all that is
// open; once that is answered, the first is tried again.
class DnsTcpUpstream {
 public:
  // What it shares with the session, all of which outlives it.
  struct Owner {
    ProxyContext& proxy;
    DnsUpstreams& servers;
    ConnectionFaults& faults;
    Wakeup& wakeup;
  };
  // How it ended where that is the end of the client's connection too.
  enum class End : std::uint8_t { in_order, reset, refused };

  DnsTcpUpstream(const Owner& owner, std::size_t group);

  std::size_t group() const { return group_; }
  PipelinedQueries& pending() { return pending_; }
  const PipelinedQueries& pending() const { return pending_; }
  Outlet* request() { return request_ ? &*request_ : nullptr; }
  bool accepts() const { return !request_ || request_->accepts(); }
  bool kept_by_stage() const { return request_ && request_->kept_by_stage(); }
  std::optional<End> ended() const { return ended_; }
  TimePoint next_deadline(TimePoint now) const;

  // Sends a query, with an id of this connection's.
  void ask(std::span<std::byte> message, PipelinedQuery query, TimePoint now);

  // What is sent between these two leaves together.
  void cork();
  void uncork();

  // Looks after the connecting, and after servers that have had their time.
  void advance(TimePoint now);
  // Reads once; false when there is no more to read.
  bool receive(TimePoint now);
  std::optional<std::span<std::byte>> next_reply() { return replies_.next(); }
  // Whether another server is to be asked instead of passing this reply to the query with this id
  // on, which refuses it. It is done by the next advance().
  bool takes_refusal(std::uint16_t id, ByteView reply, TimePoint now);
  // The queries that were refused and that no other server has answered.
  std::vector<PipelinedQuery> take_refused() { return std::exchange(refused_queries_, {}); }
  void forget_expired(TimePoint now);

  void reset() { upstream_.reset(); }

 private:
  enum class Answer : std::uint8_t { none, refusal };

  bool has_next(TimePoint now) const;
  Duration part(TimePoint now) const;
  void open(TimePoint now);
  void watch_connect(TimePoint now);
  void close(End end, TimePoint now);
  Answer give_up(PipelinedQuery query);
  void disconnect();
  bool fail_over(TimePoint now);
  void send(ByteView message);

  Owner owner_;
  std::size_t group_;
  std::size_t attempt_ = 0;  // the server, by its place in the group
  Stream upstream_;
  std::optional<Outlet> request_;  // once it is connected
  MessageSplitter replies_;
  PipelinedQueries pending_;
  Bytes unsent_;  // while it connects
  TimePoint connect_deadline_ = kNever;
  std::uint64_t forwarded_ = 0;  // bytes
  bool refused_ = false;         // the server has refused a query that the next may answer
  std::vector<PipelinedQuery> refused_queries_;  // until the session takes them
  std::optional<End> ended_;
};

}  // namespace firedrill
