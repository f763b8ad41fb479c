#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/message.h"
#include "proxy/codec/event/codec.h"
#include "proxy/codec/http/head.h"
#include "proxy/core/params.h"
#include "proxy/fault/fault.h"
#include "proxy/model/peer.h"
#include "proxy/model/proxy_config.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

namespace dns {
enum class Transport : std::uint8_t;
}

// One thing that could come to a proxy, made from its description as the wire would bring it.
class ExplainQuestion {
 public:
  static Result<ExplainQuestion> read(const Value& body);

  // What its proxy makes of it, which it is told next: an event that comes over a connection of an
  // http proxy is one of a plain request, and one of a tcp proxy is what the proxy's codec reads.
  // Problems are those of the event.
  Problems take_proxy(const ProxyConfig& proxy);

  static boost::json::object schema();

  const std::string& proxy() const { return proxy_; }
  const Peer& peer() const { return peer_; }
  std::uint64_t ordinal() const { return ordinal_; }  // of the request or query on its connection

  // Null where the question is not about such a thing.
  const http::RequestHead* request() const {
    return has_request_ ? &wire_->scanner.head() : nullptr;
  }
  // The response that the request will get, when the question tells of one.
  const http::ResponseHead* response() const {
    return has_response_ ? &wire_->response_scanner.head() : nullptr;
  }
  const dns::Question* query() const { return query_ ? &query_->question : nullptr; }
  dns::Transport transport() const { return transport_; }
  // The reply that the query will get, likewise.
  const dns::EditableReply* reply() const { return reply_ ? &*reply_ : nullptr; }
  const event::Event* event() const { return event_ ? &*event_ : nullptr; }
  // Only with an event: what reads its stream, and which way that goes.
  const event::Codec& codec() const {
    return side_ == Direction::request ? *codecs_.request : *codecs_.response;
  }
  Direction side() const { return side_; }

 private:
  struct Parts;

  void take_request(std::string head, Problems& problems);
  void take_response(const Parts& parts, Problems& problems);
  void take_query(const Parts& parts, Problems& problems);
  void take_reply(const Parts& parts);
  void take_event(const Parts& parts, Problems& problems);
  std::string_view codec_of_response() const;

  // What the views point into; stays where it is.
  struct Wire {
    std::string head;
    http::RequestScanner scanner;
    std::string response_head;
    http::ResponseScanner response_scanner;
    Bytes message;
    Bytes event;
    std::string payload;
    std::string type;
    std::string channel;
    std::string id;
    std::vector<std::string> event_lines;
    std::vector<event::EventHeader> event_headers;
  };

  std::string proxy_;
  Peer peer_;
  std::uint64_t ordinal_ = 1;
  std::unique_ptr<Wire> wire_ = std::make_unique<Wire>();
  bool has_request_ = false;
  bool has_response_ = false;
  std::optional<dns::Query> query_;
  std::optional<dns::EditableReply> reply_;
  dns::Transport transport_{};
  std::optional<event::Event> event_;
  bool has_type_ = false;   // the question names it
  std::string codec_name_;  // that the question names, "" for none
  event::CodecPair codecs_;
  Direction side_ = Direction::response;
};

}  // namespace firedrill
