#pragma once

#include "proxy/session/datagram_batch.h"
#include "proxy/session/datagram_socket.h"
#include "proxy/session/dns_udp_upstream.h"
#include "proxy/session/dns_upstream.h"
#include "proxy/session/failover_queue.h"
#include "proxy/session/held_queries.h"
#include "proxy/session/pending_queries.h"
#include "proxy/session/protocols.h"

#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

// Forwards DNS over UDP for one worker. A query gets a random id and goes out over one of eight
// sockets that are connected to the upstream, so that a reply counts only from there, with an id
// that is waited for and with the question that was asked; it goes back with the client's own id
// and is otherwise untouched. No server is asked twice: clients do that. Where there is failover,
// the next server is asked when one has not answered within its part of the time, refuses the query
// or is not there.
class DnsUdpServer final : public DatagramServer {
 public:
  static std::unique_ptr<DatagramServer> serve(ProxyContext& proxy, Fd socket);

  DnsUdpServer(ProxyContext& proxy, Fd socket);

  void refresh() override;
  void drain() override;
  bool idle() const override { return pending_.empty() && held_.empty(); }

 private:
  struct Held : HeldQuery {
    DatagramPath client;
  };

  // Whom a reply is for.
  struct Asker {
    DatagramPath client;
    TimePoint asked;
    std::size_t row;  // of the counters
  };

  // Runs a member when the loop gets to it.
  class Turn final : public Runnable {
   public:
    Turn(DnsUdpServer& server, void (DnsUdpServer::*member)()) : server_(server), member_(member) {}
    void run() override { (server_.*member_)(); }

   private:
    DnsUdpServer& server_;
    void (DnsUdpServer::*member_)();
  };

  DatagramSocket::More read_queries();
  void take_query(std::size_t i, TimePoint now);
  void ask_rules(const dns::Question& question, std::size_t i, const DatagramPath& client,
                 TimePoint now);
  void count_drops(std::uint32_t drops);

  void hold(Held held, QueryDelay delay, TimePoint now);
  void release_due();
  void send_held(Held& held, TimePoint now);

  void forward(std::span<std::byte> message, const dns::Question& question,
               const DatagramPath& client, std::unique_ptr<ReplyFaults> faults, TimePoint now);
  void settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
              TimePoint now);
  void answer_edited(ByteView reply, const Asker& asker, ReplyFaults& faults, TimePoint now);
  void answer(ByteView reply, std::size_t row, const DatagramPath& client, Duration took);
  void send(ByteView message, const DatagramPath& client);
  DatagramSocket::More read_replies(int fd, std::uint32_t socket);
  void take_reply(std::span<std::byte> message, std::uint32_t socket, TimePoint now);
  void take_answer(PendingQuery& query, std::span<std::byte> message, TimePoint now);
  void give_up(PendingQuery& query, TimePoint now);
  void flush();
  void forget_expired();

  // The servers; in dns_udp_servers.cpp.
  DnsUpstreams& servers();
  struct Chosen {
    DnsUdpUpstream* upstream = nullptr;
    std::uint16_t attempt = 0;  // its place in the group
  };
  Chosen upstream_of(std::size_t group, std::size_t from, TimePoint now);
  DnsUdpUpstream* upstream_at(const SocketAddress& server);
  void choose_sockets();
  bool has_next(const PendingQuery& query, TimePoint now);
  void keep_for_failover(PendingQuery& query, ByteView message, TimePoint now);
  void await_failover(PendingQuery& query, TimePoint now);
  void hurry(std::uint32_t socket, TimePoint now);
  bool takes_refusal(PendingQuery& query, ByteView reply, TimePoint now);
  void fail_over();
  enum class Next : std::uint8_t { none, asked };
  Next ask_next(PendingQuery& query, TimePoint now);

  ProxyContext& proxy_;
  std::shared_ptr<const ProxyConfig> config_;  // that servers_ was made from
  DatagramReader reader_;
  DatagramWriter to_clients_;
  std::vector<Bytes> edited_;  // replies that are not where they came, until they are flushed
  DatagramSocket listener_;
  DnsUpstreams servers_;
  std::vector<std::unique_ptr<DnsUdpUpstream>> upstreams_;  // of them, those that have been asked
  std::uint32_t next_upstream_ = 0;                         // its number
  RandomIds random_;
  PendingQueries pending_;
  HeldQueries<Held> held_;
  FailoverQueue failovers_;
  Turn expiry_turn_;
  Turn release_turn_;
  Turn failover_turn_;
  Timer expiry_;
  Timer release_;
  Timer failover_;
  std::uint32_t drops_ = 0;
};

}  // namespace firedrill
