#pragma once

#include "proxy/fault/fault.h"
#include "proxy/model/shape.h"

#include <memory>
#include <vector>

namespace firedrill {

// A stage whose parameter moves: it hands each segment to a stage of the step that the ramp has
// reached when the segment arrives. What an earlier step delayed keeps its due time, and nothing
// overtakes. `steps` has one fault for each step of the ramp, from 0 to Ramp::kSteps.
std::unique_ptr<LinkStage> make_ramped_stage(const Ramp& ramp,
                                             const std::vector<FaultSpecPtr>& steps,
                                             TimePoint activated, const StageStart& start);

}  // namespace firedrill
