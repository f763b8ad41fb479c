#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill::admin {

// One server-sent event. `data` is one line, as serialised JSON is.
struct Event {
  std::string name;
  std::string data;

  // As it stands on the wire, with the blank line that ends it.
  std::string text() const;
};

// Hands each published event to every subscriber. A subscriber that lags more than the queue's
// length or some megabytes behind is dropped, so that one stalled reader costs nobody else. All on
// the admin thread.
class EventHub {
 public:
  class Subscription {
   public:
    // `wake` is called when an event arrives or the subscription is dropped; it must not run the
    // subscriber's code at once, and the subscription must end before what it refers to does.
    Subscription(EventHub& hub, std::function<void()> wake);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    bool dropped() const { return dropped_; }
    // All that waits, as text; "" when nothing does.
    std::string take();

   private:
    friend class EventHub;
    EventHub& hub_;
    std::function<void()> wake_;
    std::deque<std::shared_ptr<const std::string>> queue_;
    std::size_t queued_bytes_ = 0;
    bool dropped_ = false;
  };

  explicit EventHub(std::size_t queue_length) : queue_length_(queue_length) {}

  void publish(const Event& event);
  std::size_t subscribers() const { return subscriptions_.size(); }

 private:
  bool has_room(const Subscription& subscription, std::size_t bytes) const;

  std::size_t queue_length_;
  std::vector<Subscription*> subscriptions_;
};

}  // namespace firedrill::admin
