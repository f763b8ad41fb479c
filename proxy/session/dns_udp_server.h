#pragma once

#include "proxy/session/datagram_batch.h"
#include "proxy/session/datagram_socket.h"
#include "proxy/session/dns_upstream.h"
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
// and is otherwise untouched. Nothing is asked twice: clients do that.
class DnsUdpServer final : public DatagramServer {
 public:
  static std::unique_ptr<DatagramServer> serve(ProxyContext& proxy, Fd socket);

  DnsUdpServer(ProxyContext& proxy, Fd socket);

  void refresh() override;
  void drain() override;
  bool idle() const override { return pending_.empty() && held_.empty(); }

 private:
  static constexpr std::size_t kSockets = 8;

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
  bool allowed(const DatagramPath& client) const;
  void count_drops(std::uint32_t drops);

  void hold(Held held, QueryDelay delay, TimePoint now);
  void release_due();
  void send_held(Held& held, TimePoint now);

  bool open_upstream(TimePoint now);
  // The query that waits for the reply now; null when it could not be sent.
  PendingQuery* forward(std::span<std::byte> message, ByteView question, const DatagramPath& client,
                        TimePoint now);
  void forward(std::span<std::byte> message, ByteView question, const DatagramPath& client,
               std::unique_ptr<ReplyFaults> faults, TimePoint now);
  void settle(ByteView reply, const Asker& asker, std::unique_ptr<ReplyFaults> faults,
              TimePoint now);
  void answer_edited(ByteView reply, const Asker& asker, const ReplyFaults& faults, TimePoint now);
  void answer(ByteView reply, std::size_t row, const DatagramPath& client, Duration took);
  void send(ByteView message, const DatagramPath& client);
  DatagramSocket::More read_replies(std::size_t socket);
  void take_reply(std::span<std::byte> message, std::size_t socket, TimePoint now);
  void flush();
  void forget_expired();

  ProxyContext& proxy_;
  std::shared_ptr<const ProxyConfig> config_;  // that upstream_ was made from
  DatagramReader reader_;
  DatagramWriter to_upstream_;
  DatagramWriter to_clients_;
  std::vector<Bytes> edited_;  // replies that are not where they came, until they are flushed
  DatagramSocket listener_;
  DnsUpstream upstream_;
  std::optional<SocketAddress> connected_;  // what the sockets are connected to
  std::vector<std::unique_ptr<DatagramSocket>> sockets_;
  std::size_t socket_ = 0;  // the one that this batch goes out over
  RandomIds random_;
  PendingQueries pending_;
  HeldQueries<Held> held_;
  Turn expiry_turn_;
  Turn release_turn_;
  Timer expiry_;
  Timer release_;
  std::uint32_t drops_ = 0;
};

}  // namespace firedrill
