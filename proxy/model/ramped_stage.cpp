#include "proxy/model/ramped_stage.h"

#include <utility>

namespace firedrill {
namespace {

class RampedStage final : public LinkStage {
 public:
  RampedStage(Duration over, std::vector<FaultSpecPtr> steps, TimePoint activated,
              const StageStart& start)
      : steps_(std::move(steps)), activated_(activated), start_(start) {
    ramp_.over = over;
  }

  // Null when the faults have no part on this link.
  bool begin() {
    follow(start_.now);
    return stage_ != nullptr;
  }

  void on_segment(Segment segment, const Next& next) override {
    follow(segment.due);
    stage_->on_segment(std::move(segment), next);
  }
  TimePoint alarm() const override { return stage_->alarm(); }
  void on_alarm(TimePoint now, const Next& next) override { stage_->on_alarm(now, next); }
  void on_removal(TimePoint now, const Next& next) override { stage_->on_removal(now, next); }
  void adopt(LinkStage& before) override {
    auto* ramped = dynamic_cast<RampedStage*>(&before);
    stage_->adopt(ramped != nullptr ? *ramped->stage_ : before);
  }

 private:
  void follow(TimePoint now) {
    const std::size_t step = ramp_.step(now - activated_);
    if (stage_ != nullptr && step == step_) return;
    step_ = step;
    const StageStart start{.now = now,
                           .rng = start_.rng.split(step),
                           .side = start_.side,
                           .activity = start_.activity};
    auto stage = steps_[step]->make_stage(start);
    if (stage_ != nullptr && stage != nullptr) stage->adopt(*stage_);
    stage_ = std::move(stage);
  }

  Ramp ramp_;
  std::vector<FaultSpecPtr> steps_;
  TimePoint activated_;
  StageStart start_;
  std::size_t step_ = 0;
  std::unique_ptr<LinkStage> stage_;
};

}  // namespace

std::unique_ptr<LinkStage> make_ramped_stage(const Ramp& ramp,
                                             const std::vector<FaultSpecPtr>& steps,
                                             TimePoint activated, const StageStart& start) {
  auto stage = std::make_unique<RampedStage>(ramp.over, steps, activated, start);
  if (!stage->begin()) return nullptr;
  return stage;
}

}  // namespace firedrill
