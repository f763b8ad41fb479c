#include "proxy/session/datagram_batch.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace firedrill {
namespace {

// The greatest datagram. Memory beyond what arrives is never touched, so it costs addresses only;
// the odd lines keep the buffers from sharing one set of the processor's cache.
constexpr std::size_t kBuffer = 65536;
constexpr std::size_t kStride = kBuffer + 5 * 64;

template <class T>
T payload(const cmsghdr& control) {
  T value;
  std::memcpy(&value, CMSG_DATA(&control), sizeof value);
  return value;
}

template <class Visit>
void each_control(const msghdr& header, Visit visit) {
  // CMSG_NXTHDR wants a header that it may not change.
  auto& mutable_header = const_cast<msghdr&>(header);
  for (cmsghdr* control = CMSG_FIRSTHDR(&mutable_header); control != nullptr;
       control = CMSG_NXTHDR(&mutable_header, control)) {
    visit(*control);
  }
}

template <class Info>
void put_control(msghdr& header, int level, int type, const Info& info) {
  header.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* control = CMSG_FIRSTHDR(&header);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

}  // namespace

Cidr::Raw DatagramPath::ip() const {
  Cidr::Raw raw{};
  if (peer.any.sa_family == AF_INET6) {
    std::memcpy(raw.data(), &peer.v6.sin6_addr, raw.size());
  } else {
    raw[10] = raw[11] = 0xff;
    std::memcpy(raw.data() + 12, &peer.v4.sin_addr, sizeof peer.v4.sin_addr);
  }
  return raw;
}

std::uint16_t DatagramPath::port() const {
  return ntohs(peer.any.sa_family == AF_INET ? peer.v4.sin_port : peer.v6.sin6_port);
}

DatagramReader::DatagramReader() : buffers_(new std::byte[kDatagrams * kStride]) {
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    vectors_[i] = {buffers_.get() + i * kStride, kBuffer};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::span<std::byte> DatagramReader::room(std::size_t i) {
  return {buffers_.get() + i * kStride, kBuffer};
}

DatagramReader::Result DatagramReader::receive(int fd) {
  for (mmsghdr& header : headers_) {
    header.msg_hdr.msg_name = nullptr;
    header.msg_hdr.msg_namelen = 0;
    header.msg_hdr.msg_control = nullptr;
    header.msg_hdr.msg_controllen = 0;
  }
  return receive_batch(fd);
}

DatagramReader::Result DatagramReader::receive_from(int fd) {
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    msghdr& header = headers_[i].msg_hdr;
    header.msg_name = &peers_[i];
    header.msg_namelen = sizeof peers_[i];
    header.msg_control = controls_[i].data();
    header.msg_controllen = controls_[i].size();
  }
  return receive_batch(fd);
}

DatagramReader::Result DatagramReader::receive_batch(int fd) {
  const int count = ::recvmmsg(fd, headers_.data(), kDatagrams, MSG_DONTWAIT, nullptr);
  if (count >= 0) {
    const auto received = static_cast<std::size_t>(count);
    return {.count = received, .more = received == kDatagrams};
  }
  // Anything but an empty socket is the news of an earlier datagram (ECONNREFUSED), told once.
  const bool news = errno != EAGAIN && errno != EWOULDBLOCK && errno != EBADF && errno != EINTR;
  return {.count = 0, .more = news || errno == EINTR, .refused = news};
}

DatagramPath DatagramReader::path(std::size_t i) const {
  DatagramPath path;
  path.peer = peers_[i];
  path.local = DatagramPath::Local::as_bound;
  each_control(headers_[i].msg_hdr, [&](const cmsghdr& control) {
    if (control.cmsg_level == IPPROTO_IP && control.cmsg_type == IP_PKTINFO) {
      path.local = DatagramPath::Local::v4;
      path.info.v4 = payload<in_pktinfo>(control);
      path.info.v4.ipi_ifindex = 0;  // routing decides, as for any answer
    } else if (control.cmsg_level == IPPROTO_IPV6 && control.cmsg_type == IPV6_PKTINFO) {
      path.local = DatagramPath::Local::v6;
      path.info.v6 = payload<in6_pktinfo>(control);
      // A link-local address means nothing without its interface.
      if (!IN6_IS_ADDR_LINKLOCAL(&path.info.v6.ipi6_addr)) path.info.v6.ipi6_ifindex = 0;
    }
  });
  return path;
}

std::uint32_t DatagramReader::drops(std::size_t i) const {
  std::uint32_t drops = 0;
  each_control(headers_[i].msg_hdr, [&](const cmsghdr& control) {
    if (control.cmsg_level == SOL_SOCKET && control.cmsg_type == SO_RXQ_OVFL) {
      drops = payload<std::uint32_t>(control);
    }
  });
  return drops;
}

DatagramWriter::DatagramWriter() {
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

void DatagramWriter::add(ByteView message) {
  BOOST_ASSERT(!full());
  // sendmmsg does not write to what it sends.
  vectors_[count_] = {const_cast<std::byte*>(message.data()), message.size()};
  msghdr& header = headers_[count_].msg_hdr;
  header.msg_name = nullptr;
  header.msg_namelen = 0;
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  ++count_;
}

void DatagramWriter::add(ByteView message, const DatagramPath& path) {
  const std::size_t i = count_;
  add(message);
  peers_[i] = path.peer;
  msghdr& header = headers_[i].msg_hdr;
  header.msg_name = &peers_[i];
  header.msg_namelen = path.peer_size();
  if (path.local == DatagramPath::Local::as_bound) return;
  header.msg_control = controls_[i].data();
  header.msg_controllen = controls_[i].size();
  if (path.local == DatagramPath::Local::v4) {
    put_control(header, IPPROTO_IP, IP_PKTINFO, path.info.v4);
  } else {
    put_control(header, IPPROTO_IPV6, IPV6_PKTINFO, path.info.v6);
  }
}

void DatagramWriter::flush(int fd) {
  const auto total = static_cast<unsigned>(std::exchange(count_, 0));
  bool retried = false;
  for (unsigned sent = 0; sent < total;) {
    const int count = ::sendmmsg(fd, headers_.data() + sent, total - sent, MSG_DONTWAIT);
    if (count > 0) {
      sent += static_cast<unsigned>(count);
      retried = false;
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EBADF) return;
    // A connected socket first tells what became of an earlier datagram; a second refusal is about
    // this one, which is left out.
    if (std::exchange(retried, !retried)) ++sent;
  }
}

}  // namespace firedrill
