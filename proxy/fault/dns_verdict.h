#pragma once

#include "proxy/codec/dns/forge.h"
#include "proxy/core/address.h"
#include "proxy/core/bytes.h"
#include "proxy/core/rng.h"
#include "proxy/core/time.h"

#include <cstdint>
#include <functional>
#include <optional>

// What the dns faults are told of a query and of the reply to it, and what they say of them. A
// fault is asked when the query has been read and, if it wants that, again when there is a reply:
// the upstream's, or the one that another fault gives instead.
namespace firedrill {

namespace dns {
class EditableReply;
}
class AnswerTurns;
class FrozenAnswers;
enum class Direction : std::uint8_t;

// A query that has been read.
struct DnsQuerySeen {
  const dns::Question& question;
  Direction direction;  // as the rule was given it
};

// About a query.
struct QueryVerdict {
  enum class Action : std::uint8_t { forward, reply, drop };
  Action action = Action::forward;
  Duration delay{};  // before it is forwarded or answered
  std::optional<dns::Reply> reply =
      {};  // for Action::reply; what it points to belongs to the fault
};

// A reply, before it is sent to the client.
struct DnsReplySeen {
  const dns::Question& question;
  const dns::EditableReply* reply;  // null for one that can't be taken apart
  dns::Transport transport;
  Direction direction;     // as the rule was given it
  Rng of_client;           // the same for every query of this client
  FrozenAnswers* answers;  // of this activation; null unless the fault freezes them
  AnswerTurns* turns;      // likewise; null unless the fault counts them
};

using ReplyEdit = std::function<void(dns::EditableReply&)>;
using ReplyDamage = std::function<void(Bytes&)>;

// About a reply.
struct ReplyVerdict {
  Duration delay{};
  bool dropped = false;
  ReplyEdit edit = {};
  // Makes of the reply as it came another one, which is sent before it.
  ReplyEdit ahead = {};
  // Breaks the message, when all edits are done. It leaves bytes for a header.
  ReplyDamage damage = {};
};

}  // namespace firedrill
