#include "control/admin/events.h"

#include "proxy/core/bytes.h"

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
  text.reserve(std::exchange(queued_bytes_, 0));
  for (const auto& event : std::exchange(queue_, {})) text += *event;
  return text;
}

// One that waits for nothing takes an event of any size.
bool EventHub::has_room(const Subscription& subscription, std::size_t bytes) const {
  constexpr std::size_t kMostBytes = 4_MiB;
  const std::size_t waiting = subscription.queue_.size();
  return waiting == 0 ||
         (waiting < queue_length_ && subscription.queued_bytes_ + bytes <= kMostBytes);
}

void EventHub::publish(const Event& event) {
  if (subscriptions_.empty()) return;
  const auto text = std::make_shared<const std::string>(event.text());
  for (Subscription* subscription : subscriptions_) {
    if (subscription->dropped_) continue;
    if (has_room(*subscription, text->size())) {
      subscription->queue_.push_back(text);
      subscription->queued_bytes_ += text->size();
    } else {
      subscription->dropped_ = true;
      subscription->queue_.clear();
      subscription->queued_bytes_ = 0;
    }
    subscription->wake_();
  }
}

}  // namespace firedrill::admin
