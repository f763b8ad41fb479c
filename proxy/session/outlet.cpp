#include "proxy/session/outlet.h"

#include <boost/assert.hpp>

#include <utility>

namespace firedrill {

Outlet::Outlet(Loop& loop, Stream& to, std::size_t high_water, Runnable& producer, Runnable& owner,
               std::uint64_t& total, std::uint64_t* written)
    : loop_(loop),
      to_(to),
      high_water_(high_water),
      producer_(&producer),
      owner_(owner),
      total_(total),
      written_(written),
      timer_(loop, *this) {
  to_.set_writer(this);
}

Link& Outlet::link() {
  if (link_ == nullptr) {
    link_ = std::make_unique<Link>(high_water_);
    if (ended_) link_->on_end(*ended_, loop_.now());
  }
  return *link_;
}

void Outlet::cork() {
  corked_ = true;
  cork_ = loop_.borrow_buffer();
}

void Outlet::uncork() {
  corked_ = false;
  Bytes waiting = std::exchange(cork_, {});
  const bool refused = waiting.size() >= high_water_;
  send(waiting);
  loop_.give_back(std::move(waiting));
  if (refused && accepts()) loop_.queue(*producer_);
}

void Outlet::send(ByteView bytes, Hold hold) {
  if (ended_ || input_ended_ || bytes.empty()) return;
  if (corked_ && hold.due == TimePoint{}) {
    cork_.insert(cork_.end(), bytes.begin(), bytes.end());
    return;
  }
  // What is held goes to the link, where nothing that came before it may come after it.
  if (corked_) uncork();
  count(bytes.size());
  if (link_ == nullptr && hold.due == TimePoint{}) {
    const Io io = to_.write(bytes);
    if (io.status == Io::Status::failed) return fail();
    count_written(io.count);
    if (io.count == bytes.size()) return;
    bytes = bytes.subspan(io.count);
  }
  link().on_data(bytes, loop_.now(), hold);
  flush();
}

void Outlet::send(std::span<const std::string_view> pieces, Hold hold) {
  if (pieces.size() == 1)
    return send(as_bytes(pieces.front()), hold);  // send is cheaper than sendmsg
  if (ended_ || input_ended_) return;
  if (corked_) {
    for (const std::string_view piece : pieces) send(as_bytes(piece), hold);
    return;
  }
  std::size_t written = 0;
  if (link_ == nullptr && hold.due == TimePoint{}) {
    const Io io = to_.write(pieces);
    if (io.status == Io::Status::failed) return fail();
    written = io.count;
    count_written(written);
  }
  count(written);
  for (const std::string_view piece : pieces) {
    if (written >= piece.size()) {
      written -= piece.size();
      continue;
    }
    count(piece.size() - written);
    link().on_data(as_bytes(piece.substr(written)), loop_.now(), hold);
    written = 0;
  }
  if (link_ != nullptr) flush();
}

void Outlet::end(Segment::Kind kind) {
  if (ended_ || input_ended_) return;
  input_ended_ = true;
  if (link_ == nullptr) return finish(kind);
  link_->on_end(kind, loop_.now());
  flush();
  // Behind a stage that lets nothing through, a peer that has reset its connection is gone for
  // good.
  if (kind == Segment::Kind::reset && !ended_ && link_->next_due() == kNever && to_.writable())
    finish(kind);
}

void Outlet::cut(Segment::Kind kind) {
  input_ended_ = true;
  if (!over()) finish(kind);
}

bool Outlet::accepts() const {
  if (ended_ || input_ended_) return false;
  if (link_ == nullptr) return cork_.size() < high_water_;
  // A full socket is the peer's own back-pressure; what a fault holds back is not.
  return staged_ || holds() ? link_->accepts_input() : link_->empty();
}

void Outlet::run() {
  if (over()) return;
  if (link_ != nullptr) flush();
  // Even if it accepted all along: a splice begun before a stage came waits for the socket itself.
  if (!ended_ && accepts()) loop_.queue(*producer_);
}

void Outlet::flush() {
  link_->advance(loop_.now());
  write_link();
  if (link_ == nullptr) return;
  if (const TimePoint due = link_->next_due(); due != kNever) timer_.arm(due);
}

void Outlet::write_link() {
  for (ByteView bytes = link_->ready(); !bytes.empty(); bytes = link_->ready()) {
    const Io io = to_.write(bytes);
    if (io.status == Io::Status::failed) return fail();
    if (io.status == Io::Status::would_block) return;
    count_written(io.count);
    link_->consume(io.count);
  }
  if (const auto kind = link_->ending(); kind && kind != ended_) return finish(*kind);
  if (!staged_ && (ended_ || link_->empty())) link_.reset();
}

void Outlet::fail() {
  failed_ = true;
  finish(Segment::Kind::reset);
}

void Outlet::finish(Segment::Kind kind) {
  ended_ = kind;
  if (kind != Segment::Kind::reset) to_.shutdown_write();
  // A stage may have more to say of the connection than that one side has finished.
  if (over() || !staged_) link_.reset();
  loop_.queue(*producer_);
  loop_.queue(owner_);
}

void Outlet::set_stages(std::vector<StagePlan> plans, const std::vector<std::uint64_t>& active) {
  if (over() || (plans.empty() && link_ == nullptr)) return;
  const bool before = accepts();
  staged_ = !plans.empty();
  link().set_stages(std::move(plans), loop_.now());
  link_->release_holds(active, loop_.now());
  flush();
  if (!before && accepts()) loop_.queue(*producer_);
}

}  // namespace firedrill
