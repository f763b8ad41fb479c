#include "proxy/model/ramped_stage.h"

#include <utility>

namespace firedrill {
namespace {

class RampedStage final : public LinkStage {
 public:
  RampedStage(Duration over, std::vector<FaultSpecPtr> steps, TimePoint activated, Rng rng)
      : steps_(std::move(steps)), activated_(activated), rng_(rng) {
    ramp_.over = over;
  }

  // Null when the faults have no part on this link.
  bool begin(TimePoint now) {
    follow(now);
    return stage_ != nullptr;
  }

  void on_segment(Segment segment, const Next& next) override {
    follow(segment.due);
    stage_->on_segment(std::move(segment), next);
  }
  TimePoint alarm() const override { return stage_->alarm(); }
  void on_alarm(TimePoint now, const Next& next) override { stage_->on_alarm(now, next); }

 private:
  void follow(TimePoint now) {
    const std::size_t step = ramp_.step(now - activated_);
    if (stage_ != nullptr && step == step_) return;
    step_ = step;
    stage_ = steps_[step]->make_stage(now, rng_.split(step));
  }

  Ramp ramp_;
  std::vector<FaultSpecPtr> steps_;
  TimePoint activated_;
  Rng rng_;
  std::size_t step_ = 0;
  std::unique_ptr<LinkStage> stage_;
};

}  // namespace

std::unique_ptr<LinkStage> make_ramped_stage(const Ramp& ramp,
                                             const std::vector<FaultSpecPtr>& steps,
                                             TimePoint activated, TimePoint now, Rng rng) {
  auto stage = std::make_unique<RampedStage>(ramp.over, steps, activated, rng);
  if (!stage->begin(now)) return nullptr;
  return stage;
}

}  // namespace firedrill
