#pragma once

#include "proxy/fault/link.h"
#include "proxy/session/stream.h"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace firedrill {

// The sending end of one direction of a connection: a link and the socket that it empties into. It
// is the only thing that writes to that socket. With no stage and nothing waiting the link is
// bypassed: bytes go straight to the socket, and no link is even allocated.
class Outlet final : public Runnable {
 public:
  // Writes to `to`; `high_water` bounds what stages may hold back. `producer` is queued when more
  // is taken again, `owner` when the link has ended. `total` counts the bytes that are given to it,
  // and `written`, if there is one, those that the socket has taken. All outlive this.
  Outlet(Loop& loop, Stream& to, std::size_t high_water, Runnable& producer, Runnable& owner,
         std::uint64_t& total, std::uint64_t* written = nullptr);

  // Sends bytes, at once or when they are due; nothing is refused, so ask accepts() first. After an
  // end or a failure the bytes are dropped.
  void send(ByteView bytes, Hold hold = {});
  void send(std::span<const std::string_view> pieces, Hold hold = {});

  // Between these two, what is sent waits for the rest, so that it leaves in one segment.
  void cork();
  void uncork();

  void set_producer(Runnable& producer) { producer_ = &producer; }
  void wake_producer() { loop_.queue(*producer_); }

  // Sends FIN or RST behind the bytes.
  void end(Segment::Kind kind);

  // Ends it now, whatever still waits.
  void cut(Segment::Kind kind);

  // Whether to read more for it: false while bytes wait that the peer or a stage holds back.
  bool accepts() const;
  bool bypassed() const { return link_ == nullptr && !ended_; }
  bool drained() const { return ended_ || link_ == nullptr || link_->empty(); }

  // Whether a stage may be what keeps bytes waiting.
  bool kept_by_stage() const { return staged_ && !drained(); }

  // Whether something waits for the session's own decision, a hold, and whether only the end of the
  // fault that decided so can end it.
  bool holds() const { return link_ != nullptr && link_->holds(); }
  bool stuck() const { return holds() && link_->next_due() == kNever; }

  // Whether another message may follow: nothing of the last one is held.
  bool ready() const { return accepts() && !holds(); }

  // How the direction ended, once everything ahead has been written; a failed write ends it as
  // reset. After a fin, a stage may still close or reset the connection.
  std::optional<Segment::Kind> ended() const { return ended_; }
  bool finished() const { return ended_.has_value(); }
  // Whether a fault has ended the whole connection, and how.
  std::optional<Segment::Kind> cut() const { return over() && !failed_ ? ended_ : std::nullopt; }
  // Whether it ended because the socket can't be written any more: its peer has reset it, and what
  // the peer sent before that can still be read.
  bool failed() const { return failed_; }

  // Replaces the stages (see Link::set_stages); holds whose rule is not `active` are let go.
  void set_stages(std::vector<StagePlan> plans, const std::vector<std::uint64_t>& active);
  bool has_stage(std::uint64_t key) const { return link_ != nullptr && link_->has_stage(key); }

  // What was given to it so far.
  std::uint64_t bytes() const { return bytes_; }

  // For the pump's splice, which writes to the socket itself while the link is bypassed: the
  // socket, what went there, and that it failed.
  Stream& stream() { return to_; }
  void count_spliced(std::size_t bytes) {
    count(bytes);
    count_written(bytes);
  }
  void fail();

  // Writes what is due.
  void run() override;

 private:
  void count(std::size_t bytes) {
    bytes_ += bytes;
    total_ += bytes;
  }
  void count_written(std::size_t bytes) {
    if (written_ != nullptr) *written_ += bytes;
  }
  // Ended for good.
  bool over() const { return ended_ && *ended_ != Segment::Kind::fin; }
  Link& link();
  void flush();
  void finish(Segment::Kind kind);
  void write_link();

  Loop& loop_;
  Stream& to_;
  std::size_t high_water_;
  Runnable* producer_;
  Runnable& owner_;
  std::uint64_t& total_;
  std::uint64_t* written_;
  Timer timer_;
  std::unique_ptr<Link> link_;  // null: bypassed
  bool staged_ = false;         // the link has stages
  bool input_ended_ = false;
  bool failed_ = false;
  bool corked_ = false;
  Bytes cork_;  // what waits for uncork()
  std::optional<Segment::Kind> ended_;
  std::uint64_t bytes_ = 0;
};

}  // namespace firedrill
