#include "bench/load/datagram_batch.h"

#include <algorithm>

namespace firedrill::bench {

std::size_t DatagramBatch::receive(const Socket& socket) {
  for (std::size_t i = 0; i < kCapacity; ++i) {
    vectors_[i] = {.iov_base = slots_[i].data(), .iov_len = slots_[i].size()};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &peers_[i].address;
    headers_[i].msg_hdr.msg_namelen = sizeof peers_[i].address;
  }
  const int count =
      recvmmsg(socket.descriptor(), headers_.data(), kCapacity, MSG_DONTWAIT, nullptr);
  size_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  for (std::size_t i = 0; i < size_; ++i) lengths_[i] = headers_[i].msg_len;
  return size_;
}

ByteView DatagramBatch::at(std::size_t index) const {
  return ByteView(slots_[index]).first(lengths_[index]);
}

void DatagramBatch::add(ByteView datagram) {
  lengths_[size_] = std::min(datagram.size(), slots_[size_].size());
  std::copy_n(datagram.begin(), lengths_[size_], slots_[size_].begin());
  vectors_[size_] = {.iov_base = slots_[size_].data(), .iov_len = lengths_[size_]};
  headers_[size_] = {};
  headers_[size_].msg_hdr.msg_iov = &vectors_[size_];
  headers_[size_].msg_hdr.msg_iovlen = 1;
  ++size_;
}

void DatagramBatch::add(ByteView datagram, Endpoint to) {
  peers_[size_] = to;
  add(datagram);
  headers_[size_ - 1].msg_hdr.msg_name = &peers_[size_ - 1].address;
  headers_[size_ - 1].msg_hdr.msg_namelen = sizeof to.address;
}

std::size_t DatagramBatch::send(const Socket& socket) {
  std::size_t sent = 0;
  while (sent < size_) {
    const int count = sendmmsg(socket.descriptor(), headers_.data() + sent,
                               static_cast<unsigned>(size_ - sent), 0);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  size_ = 0;
  return sent;
}

}  // namespace firedrill::bench
