#include "control/explain_question.h"

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/name.h"
#include "proxy/codec/dns/records.h"
#include "proxy/fault/rcode_kind.h"
#include "proxy/fault/zone_records.h"
#include "proxy/model/record_type.h"

#include <map>
#include <utility>
#include <vector>

namespace firedrill {

// What the body says, before it is made into what the wire would bring.
struct ExplainQuestion::Parts {
  struct From {
    std::string source = "127.0.0.1";
    std::uint64_t connection = 1;
    std::uint64_t ordinal = 1;
  };
  struct Request : From {
    std::string method = "GET";
    std::string path = "/";
    std::string host = "localhost";
    std::vector<std::string> headers;
  };
  struct Response {
    int status = 200;
    std::vector<std::string> headers;
  };
  struct Query : From {
    std::string name;
    RecordType qtype{1};
    std::string transport = "udp";
  };
  struct Reply {
    dns::Rcode rcode = dns::Rcode::no_error;
    std::optional<ZoneRecords> records;
  };
  struct Event {
    std::string type = "message";
    std::string id;
    std::string payload;
  };

  std::string proxy;
  std::optional<From> connection;
  std::optional<Request> request;
  std::optional<Response> response;
  std::optional<Query> query;
  std::optional<Reply> reply;
  std::optional<Event> event;
};

namespace {

template <class T>
Params<T> from_params() {
  return Params<T>()
      .optional("source", static_cast<std::string T::*>(&T::source), "The client's address.")
      .optional("connection", static_cast<std::uint64_t T::*>(&T::connection),
                "The ordinal of its connection at the proxy, which a share may hash.");
}

template <class Parts>
struct Declared {
  using Connection = typename Parts::From;
  using Request = typename Parts::Request;
  using Response = typename Parts::Response;
  using Query = typename Parts::Query;
  using Reply = typename Parts::Reply;
  using Event = typename Parts::Event;

  static const Params<Connection>& connection() {
    static const auto params = from_params<Connection>();
    return params;
  }
  static const Params<Request>& request() {
    static const auto params =
        from_params<Request>()
            .optional("ordinal", static_cast<std::uint64_t Request::*>(&Request::ordinal),
                      "Which request of its connection it is.")
            .optional("method", &Request::method, "The method.")
            .optional("path", &Request::path, "The target, with the query if there is one.")
            .optional("host", &Request::host, "The Host.")
            .optional("headers", &Request::headers, "Further lines, each \"Name: value\".");
    return params;
  }
  static const Params<Response>& response() {
    static const auto params =
        Params<Response>()
            .optional("status", &Response::status, "The status.", between(200, 599))
            .optional("headers", &Response::headers, "Its lines, each \"Name: value\".");
    return params;
  }
  static const Params<Query>& query() {
    static const auto params =
        from_params<Query>()
            .optional("ordinal", static_cast<std::uint64_t Query::*>(&Query::ordinal),
                      "Which query of its connection it is.")
            .required("name", &Query::name, "The name that is asked for.")
            .optional("qtype", &Query::qtype, "The type that is asked for.")
            .optional("transport", &Query::transport, "udp or tcp.")
            .check("transport", [](const Query& query) {
              return query.transport == "udp" || query.transport == "tcp" ? ""
                                                                          : "must be udp or tcp";
            });
    return params;
  }
  static const Params<Reply>& reply() {
    static const auto params =
        Params<Reply>()
            .optional("rcode", &Reply::rcode, "The response code.")
            .optional("records", &Reply::records,
                      "The records of its answer section, in zone-file syntax; the owner is the "
                      "name that is asked for, unless one with a final dot stands before.");
    return params;
  }
  static const Params<Event>& event() {
    static const auto params = Params<Event>()
                                   .optional("type", &Event::type, "Its type.")
                                   .optional("id", &Event::id, "Its id.")
                                   .optional("payload", &Event::payload, "Its payload.");
    return params;
  }
};

template <class Part>
std::optional<Part> read_part(Fields& fields, std::string_view key, const Params<Part>& params) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return std::nullopt;
  Fields part(*value, fields.path_of(key), fields.problems());
  Part read = params.read(part);
  part.finish();
  return read;
}

}  // namespace

Result<ExplainQuestion> ExplainQuestion::read(const Value& body) {
  using Declaration = Declared<Parts>;
  Problems problems;
  Fields fields(body, "", problems);
  Parts parts;
  if (const Value* proxy = fields.required("proxy")) {
    parts.proxy = Kind<std::string>::read(*proxy, "proxy", problems).value_or("");
  }
  parts.connection = read_part(fields, "connection", Declaration::connection());
  parts.request = read_part(fields, "request", Declaration::request());
  parts.query = read_part(fields, "query", Declaration::query());
  if (parts.query) {
    parts.reply = read_part(fields, "response", Declaration::reply());
  } else {
    parts.response = read_part(fields, "response", Declaration::response());
  }
  parts.event = read_part(fields, "event", Declaration::event());
  fields.finish();
  const int given = (parts.connection ? 1 : 0) + (parts.request ? 1 : 0) + (parts.query ? 1 : 0);
  if (given != 1) {
    problems.push_back({"", "must have exactly one of connection, request and query"});
  }
  if (parts.response && !parts.request) {
    fields.complain("response", "must stand beside the request or query that it answers");
  }
  if (parts.event && !parts.request) {
    fields.complain("event", "must stand beside the request that opened its stream");
  }
  if (!problems.empty()) return problems;

  ExplainQuestion question;
  question.proxy_ = parts.proxy;
  Parts::From from = parts.connection.value_or(Parts::From{});
  if (parts.request) from = *parts.request;
  if (parts.query) from = *parts.query;
  const auto address = parse_ip(from.source);
  if (!address)
    problems.push_back({"", "source must be an IP address, not \"" + from.source + '"'});
  question.peer_ = {.address = address.value_or(Cidr::Raw{}), .connection = from.connection};
  question.ordinal_ = from.ordinal;
  if (parts.request) question.take_request(parts, problems);
  if (parts.response && question.has_request_) question.take_response(parts, problems);
  if (parts.query) question.take_query(parts, problems);
  if (parts.reply && problems.empty()) question.take_reply(parts);
  if (parts.event) question.take_event(parts);
  if (!problems.empty()) return problems;
  return question;
}

void ExplainQuestion::take_request(const Parts& parts, Problems& problems) {
  const auto& request = *parts.request;
  std::string& head = wire_->head;
  head.append(request.method).append(" ").append(request.path).append(" HTTP/1.1\r\nHost: ");
  head.append(request.host);
  for (const std::string& line : request.headers) head.append("\r\n").append(line);
  head.append("\r\n\r\n");
  const bool whole = wire_->scanner.scan(as_bytes(head)).complete();
  has_request_ = whole && wire_->scanner.head().size == head.size();
  if (!has_request_) problems.push_back({"request", "is none that an http proxy would accept"});
}

void ExplainQuestion::take_response(const Parts& parts, Problems& problems) {
  std::string& head = wire_->response_head;
  head.append("HTTP/1.1 ").append(std::to_string(parts.response->status)).append(" \r\n");
  for (const std::string& line : parts.response->headers) head.append(line).append("\r\n");
  head.append("\r\n");
  const auto to =
      wire_->scanner.head().is_head() ? http::ResponseTo::head : http::ResponseTo::other;
  const bool whole = wire_->response_scanner.scan(as_bytes(head), to).complete();
  has_response_ = whole && wire_->response_scanner.head().size == head.size();
  if (!has_response_) problems.push_back({"response", "is none that an http proxy would accept"});
}

void ExplainQuestion::take_query(const Parts& parts, Problems& problems) {
  const auto& query = *parts.query;
  const auto name = dns::parse_name(query.name);
  if (name.has_error()) {
    problems.push_back({"query.name", name.error().front().what});
    return;
  }
  Bytes& message = wire_->message;
  message.resize(dns::kHeaderSize);
  dns::write_u16(message, 2, dns::flag::kRecursionDesired);
  dns::write_u16(message, 4, 1);
  message.insert(message.end(), name->begin(), name->end());
  dns::append_u16(message, query.qtype.number);
  dns::append_u16(message, dns::kClassIn);
  query_ = dns::parse_query(message);
  if (query_->disposition != dns::Disposition::forward) {
    problems.push_back({"query", "is none that a dns proxy would forward"});
  }
  transport_ = query.transport == "udp" ? dns::Transport::udp : dns::Transport::tcp;
}

void ExplainQuestion::take_reply(const Parts& parts) {
  Bytes message = wire_->message;
  dns::write_u16(message, 2, dns::flag::kResponse | dns::flag::kRecursionDesired);
  // With OPT, without which there are no codes above fifteen.
  dns::write_u16(message, 10, 1);
  message.push_back(std::byte{0});
  dns::append_u16(message, dns::kTypeOpt);
  dns::append_u16(message, dns::kMaxUdp);
  dns::append_u32(message, 0);
  dns::append_u16(message, 0);
  reply_ = dns::EditableReply::parse(message);
  reply_->set_rcode(parts.reply->rcode);
  if (!parts.reply->records) return;
  std::vector<dns::EditableRecord> answers;
  constexpr std::uint32_t kTtl = 60;
  for (const std::string& text : parts.reply->records->texts) {
    const dns::Record record = dns::parse_record(text, kTtl).value();
    answers.push_back(dns::editable(record, reply_->question_name()));
  }
  reply_->replace(dns::EditableReply::Section::answer, std::move(answers));
}

void ExplainQuestion::take_event(const Parts& parts) {
  wire_->payload = parts.event->payload;
  wire_->type = parts.event->type;
  wire_->id = parts.event->id;
  event_ = event::Event{.raw = as_bytes(wire_->payload),
                        .payload = wire_->payload,
                        .type = wire_->type,
                        .id = wire_->id};
}

boost::json::object ExplainQuestion::schema() {
  using Declaration = Declared<Parts>;
  const boost::json::array responses{Declaration::response().schema(),
                                     Declaration::reply().schema()};
  const boost::json::object properties{
      {"proxy", {{"type", "string"}, {"description", "The proxy it would come to."}}},
      {"connection", Declaration::connection().schema()},
      {"request", Declaration::request().schema()},
      {"response",
       {{"anyOf", responses}, {"description", "To the request, or to the query beside it."}}},
      {"query", Declaration::query().schema()},
      {"event", Declaration::event().schema()}};
  return {{"type", "object"},
          {"properties", properties},
          {"required", boost::json::array{"proxy"}},
          {"additionalProperties", false}};
}

}  // namespace firedrill
