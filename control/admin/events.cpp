#include "control/admin/events.h"

#include <utility>

namespace firedrill::admin {

std::string Event::text() const {
  return "event: " + name + "\ndata: " + data + "\n\n";
}

EventHub::Subscription::Subscription(EventHub& hub, std::function<void()> wake)
    : hub_(hub), wake_(std::move(wake)) {
  hub_.subscriptions_.push_back(this);
}

EventHub::Subscription::~Subscription() {
  std::erase(hub_.subscriptions_, this);
}

std::string EventHub::Subscription::take() {
  std::string text;
  for (const auto& event : std::exchange(queue_, {})) text += *event;
  return text;
}

void EventHub::publish(const Event& event) {
  if (subscriptions_.empty()) return;
  const auto text = std::make_shared<const std::string>(event.text());
  for (Subscription* subscription : subscriptions_) {
    if (subscription->dropped_) continue;
    if (subscription->queue_.size() >= queue_length_) {
      subscription->dropped_ = true;
      subscription->queue_.clear();
    } else {
      subscription->queue_.push_back(text);
    }
    subscription->wake_();
  }
}

}  // namespace firedrill::admin
