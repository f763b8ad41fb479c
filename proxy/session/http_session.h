#pragma once

#include "proxy/codec/http/unframer.h"
#include "proxy/session/body_relay.h"
#include "proxy/session/connect.h"
#include "proxy/session/connection_faults.h"
#include "proxy/session/edited_message.h"
#include "proxy/session/event_relays.h"
#include "proxy/session/http_faults.h"
#include "proxy/session/session.h"

#include <optional>
#include <string>

namespace firedrill {

// Proxies one client's HTTP/1 connection over an upstream connection of its own: request after
// request, each head strictly read and sent on byte for byte but for its hop-by-hop fields, bodies
// as they arrive, both ways at once. Pipelined requests are answered one after the other.
class HttpSession final : public Session {
 public:
  HttpSession(ProxyContext& proxy, const Peer& peer);

  // Takes the accepted socket over and begins to serve it; false when it can't be watched.
  [[nodiscard]] bool start(Fd client);

  void refresh() override;
  void drain() override;

 private:
  // What an exchange leaves behind: a connection that is good for another, one to close in order,
  // or one to reset.
  enum class Then : std::uint8_t { next, close, reset };
  enum class Got : std::uint8_t { head, nothing, refused, timeout, replay };

  // What has to be known of a request after its head has gone on.
  struct Exchange {
    int version_minor = 1;
    bool is_head = false;
    bool keep_alive = false;
    bool upgrade = false;
    bool replayable = false;  // idempotent and without a body
    bool expects_continue = false;
    bool probe = false;   // a health check, by its path
    bool reused = false;  // went out on an upstream connection that had served before
    TimePoint started = {};
    TimePoint forwarded = {};
    bool response_decided = false;  // the faults have been asked about the response
    Duration delayed = {};          // by faults, before it was forwarded
    int status = 0;                 // that the client was sent; 0: none yet
    std::uint64_t request_bytes = 0;
    std::uint64_t sent_before = 0;               // to the client, by the exchanges before this
    std::optional<Duration> upstream_took = {};  // until the upstream's response, faults included
  };

  // A body that is read as a whole before any of it goes on.
  struct Gathering {
    Stream& from;
    Bytes& in;          // where what is read of it is put
    std::size_t begin;  // of the body in there
    http::Framing framing;
    bool (HttpFaults::*wanted)(const ActiveRules&, TimePoint) const;
  };

  std::optional<std::uint64_t> progress() const override;
  Task<> serve();
  Task<> wait_for_client(bool (Outlet::*until)() const);

  // http_request.cpp: from the client to the upstream.
  Task<Got> read_request();
  bool take_request(ByteView bytes);
  Task<Then> exchange();
  Task<bool> hold(Duration (HttpFaults::*delay)(const ActiveRules&, TimePoint) const);
  Got taken();
  bool upstream_usable();
  Task<Connected> open_upstream();
  void forward_request(MessageEdits& edits);
  http::Reason relay_request_body(ByteView bytes);
  Task<> pump_request_body();

  // http_response.cpp: from the upstream to the client.
  Task<Got> read_response();
  void keep_received();
  Task<Then> relay_response(Got got);
  Task<Then> relay_final_response();
  Then after_cut(BodyEnd end) const;
  Task<Then> relay_response_body(Then then);
  Task<> finish_request();
  Then finish_exchange(Then then);
  Task<Then> upgrade(MessageEdits edits);
  void send_upgraded(EventRelay* events, ByteView bytes, Outlet& out);
  void forward_interim();
  std::unique_ptr<EventRelay> open_events(const http::ResponseHead& head);
  void open_upgraded_events(const http::ResponseHead& head);

  // http_edits.cpp: messages that faults change.
  Task<std::optional<http::Unframer>> gather(Gathering body);
  Task<std::optional<http::Unframer>> gather_request_body();
  MessageEdits edit_request(std::optional<http::Unframer> body);
  void forward_edited(http::ForwardOptions options, MessageEdits& edits);
  Task<bool> decide_response();
  Task<std::optional<http::Unframer>> gather_response_body();
  MessageEdits edit_response(std::optional<http::Unframer> body);
  void rescan_response();
  http::ResponseTo response_to() const;

  // http_answer.cpp: what the proxy answers itself.
  Task<Then> answer(AnswerPtr answer);
  Then deliver_forged(ByteView forged, MessageEdits& edits, Then then);
  Task<Then> refuse(int status);
  Task<bool> discard_request_body();
  Task<> close_in_order();
  Task<> close_both();
  Task<> close_with_reset();

  // http_record.cpp: what is kept for the operator.
  void note_hits();
  void finish_record();
  void write_access_log();

  void close_upstream();
  void count_response(int status);
  void count_upstream(Duration took);
  void rescan_request();
  std::optional<Segment::Kind> cut() const;
  bool abandoned() const;

  ProxyContext& proxy_;
  Peer peer_;
  HitNotes hits_;
  ConnectionFaults connection_faults_;
  HttpFaults faults_;
  Stream client_;
  Stream upstream_;
  std::shared_ptr<const ProxyConfig> connected_by_;  // what upstream_ was opened with
  Wakeup wakeup_;                                    // of serve() and all that it awaits
  Wakeup request_wakeup_;                            // of pump_request_body()
  std::optional<Outlet> request_;
  std::optional<Outlet> response_;
  Bytes client_in_;    // read from the client and not taken yet
  Bytes upstream_in_;  // the same for the upstream
  ByteView
      received_;      // of the upstream, being worked on: in upstream_in_ or in the worker's buffer
  std::string head_;  // the current request's, raw
  http::Reason refused_ = http::Reason::none;
  Exchange exchange_;
  std::optional<BodyRelay> request_body_;
  std::optional<BodyRelay> response_body_;
  std::optional<EventRelays> upgraded_events_;
  std::optional<Bytes> payload_;  // of the message that is edited, when it was gathered as a whole
  Bytes trailers_;                // behind it
  http::Reason request_body_error_ = http::Reason::none;
  std::optional<Segment::Kind> cut_;  // how a fault ended an upstream connection that is gone
  bool between_requests_ = false;
  bool client_gone_ = false;  // ended or reset before its request was whole
  std::uint64_t requests_ = 0;
  Task<> request_pump_;
  Task<> serving_;
};

}  // namespace firedrill
