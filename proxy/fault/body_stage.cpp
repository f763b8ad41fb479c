#include "proxy/fault/body_stage.h"

#include <algorithm>

namespace firedrill {

void BodyStage::on_end(TimePoint, const BodyNext& next) {
  next.end(BodyEnd::whole);
}

// The way into a stage, or out of the last one.
class BodyChain::Entry final : public BodySink {
 public:
  Entry(BodyChain& chain, std::size_t place, TimePoint now, BodySink& out)
      : chain_(chain), place_(place), now_(now), out_(out) {}

  void payload(ByteView bytes, const Hold& hold) override {
    if (chain_.ended_ || bytes.empty()) return;
    if (last()) return out_.payload(bytes, hold);
    Entry behind(chain_, place_ + 1, now_, out_);
    stage().stage->on_payload(bytes, std::max(now_, hold.due), BodyNext(behind, hold, stage().key));
  }
  // No stage behind can make anything of bytes that are no payload.
  void raw(ByteView bytes, const Hold& hold) override {
    if (!chain_.ended_) out_.raw(bytes, hold);
  }
  void end(BodyEnd end) override {
    if (chain_.ended_) return;
    if (end == BodyEnd::whole && !last()) {
      Entry behind(chain_, place_ + 1, now_, out_);
      return stage().stage->on_end(now_, BodyNext(behind, {}, stage().key));
    }
    chain_.ended_ = true;
    out_.end(end);
  }

 private:
  bool last() const { return place_ == chain_.stages_.size(); }
  Stage& stage() const { return chain_.stages_[place_]; }

  BodyChain& chain_;
  std::size_t place_;
  TimePoint now_;
  BodySink& out_;
};

void BodyChain::add(std::uint64_t key, std::unique_ptr<BodyStage> stage) {
  const auto place = std::ranges::upper_bound(
      stages_, stage->works_on(), {}, [](const Stage& one) { return one.stage->works_on(); });
  stages_.insert(place, {.key = key, .stage = std::move(stage)});
}

std::optional<std::uint64_t> BodyChain::length(std::optional<std::uint64_t> length) {
  for (const Stage& one : stages_) length = one.stage->length(length);
  return length;
}

void BodyChain::start(TimePoint now, BodySink& out) {
  for (std::size_t place = 0; place < stages_.size() && !ended_; ++place) {
    Entry behind(*this, place + 1, now, out);
    stages_[place].stage->on_start(now, BodyNext(behind, {}, stages_[place].key));
  }
}

void BodyChain::feed(ByteView payload, TimePoint now, BodySink& out) {
  Entry(*this, 0, now, out).payload(payload, {});
}

void BodyChain::finish(TimePoint now, BodySink& out) {
  Entry(*this, 0, now, out).end(BodyEnd::whole);
}

void BodyChain::release_holds(const std::vector<std::uint64_t>& active) {
  for (Stage& one : stages_) {
    if (one.key && std::ranges::find(active, *one.key) == active.end()) one.key.reset();
  }
}

}  // namespace firedrill
