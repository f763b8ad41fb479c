#include "control/toxiproxy/listen_address.h"
#include "control/toxiproxy/request_id.h"
#include "control/toxiproxy/toxic.h"
#include "control/toxiproxy/toxic_fault.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <set>
#include <string>

namespace firedrill::toxiproxy {
namespace {

Outcome<Toxic> read(std::string_view text) {
  return read_toxic(parse_json(text).value());
}

std::string message_of(const Outcome<Toxic>& toxic) {
  return toxic.has_error() ? std::to_string(toxic.error().status) + " " + toxic.error().message
                           : "";
}

// What the fault of the toxic says under `key`.
std::string fault_part(std::string_view toxic, std::string_view key) {
  const Value definition = definition_of(read(toxic).value(), "db");
  const Value* part = definition.find(key);
  return part != nullptr ? boost::json::serialize(to_json(*part)) : "";
}
std::string with(std::string_view toxic) {
  return fault_part(toxic, "with");
}

TEST(Toxic, HasTheDefaultsOfTheOriginal) {
  EXPECT_EQ(json_of(read(R"({"type":"latency"})").value()),
            R"({"attributes":{"latency":0,"jitter":0},"name":"latency_downstream",)"
            R"("type":"latency","stream":"downstream","toxicity":1})");
}

TEST(Toxic, KeepsTheStreamAsItWasWritten) {
  const auto toxic = read(R"({"Type":"latency","Stream":"UpStream","Attributes":{"Latency":5}})");
  EXPECT_EQ(json_of(toxic.value()),
            R"({"attributes":{"latency":5,"jitter":0},"name":"latency_UpStream",)"
            R"("type":"latency","stream":"UpStream","toxicity":1})");
  EXPECT_TRUE(toxic->upstream());
}

TEST(Toxic, IsRefusedForItsStreamBeforeItsType) {
  const std::string stream = "400 stream was invalid, can be either upstream or downstream";
  EXPECT_EQ(message_of(read(R"({"type":"nonsense","stream":"sideways"})")), stream);
  EXPECT_EQ(message_of(read(R"({"type":"latency","stream":""})")), stream);
  EXPECT_EQ(message_of(read(R"({"type":"nonsense"})")), "400 invalid toxic type");
  EXPECT_EQ(message_of(read("{}")), "400 invalid toxic type");
  EXPECT_EQ(message_of(read(R"({"type":"bandwidth","attributes":{"rate":1.5}})")),
            "400 bad request body: json: cannot unmarshal number 1.5 into Go struct field "
            "BandwidthToxic.attributes.rate of type int64");
}

TEST(Toxic, IsUpdatedKeyByKey) {
  const auto toxic = read(R"({"type":"latency","attributes":{"latency":100,"jitter":7}})").value();
  const auto changed = updated(
      toxic, parse_json(R"({"toxicity":0.5,"attributes":{"jitter":3},"name":"x"})").value());
  EXPECT_EQ(json_of(changed.value()),
            R"({"attributes":{"latency":100,"jitter":3},"name":"latency_downstream",)"
            R"("type":"latency","stream":"downstream","toxicity":0.5})");
}

TEST(Toxic, KeepsEveryNumberAsItWasGiven) {
  const auto toxic =
      read(R"({"type":"slicer","toxicity":5,"attributes":{"average_size":-1,"delay":9e0}})");
  EXPECT_TRUE(toxic.has_error());
  EXPECT_EQ(json_of(read(R"({"type":"slicer","toxicity":-1,"attributes":{"average_size":-1,)"
                         R"("size_variation":9223372036854775807}})")
                        .value()),
            R"({"attributes":{"average_size":-1,"size_variation":9223372036854775807,"delay":0},)"
            R"("name":"slicer_downstream","type":"slicer","stream":"downstream","toxicity":-1})");
}

TEST(ToxicFault, IsOfTheTypeAndDirectionOfItsToxic) {
  EXPECT_EQ(fault_part(R"({"type":"latency"})", "type"), R"("tcp.latency")");
  EXPECT_EQ(fault_part(R"({"type":"latency"})", "direction"), R"("response")");
  EXPECT_EQ(fault_part(R"({"type":"latency","stream":"UPSTREAM"})", "direction"), R"("request")");
}

TEST(ToxicFault, HitsAShareOfTheConnections) {
  EXPECT_EQ(fault_part(R"({"type":"latency"})", "share"), "");
  EXPECT_EQ(fault_part(R"({"type":"latency","toxicity":5})", "share"), "");
  EXPECT_EQ(fault_part(R"({"type":"latency","toxicity":0.5})", "share"),
            R"({"of":"50%","by":"connection"})");
  EXPECT_EQ(fault_part(R"({"type":"latency","toxicity":-1})", "share"),
            R"({"of":"0%","by":"connection"})");
}

TEST(ToxicFault, DelaysByLatencyAndJitter) {
  EXPECT_EQ(with(R"({"type":"latency","attributes":{"latency":100}})"), R"({"delay":"100ms"})");
  EXPECT_EQ(with(R"({"type":"latency","attributes":{"latency":100,"jitter":40}})"),
            R"({"delay":{"uniform":["60ms","140ms"]}})");
  EXPECT_EQ(with(R"({"type":"latency","attributes":{"latency":-5,"jitter":-4}})"),
            R"({"delay":"0ms"})");
}

TEST(ToxicFault, PilesAtZeroWhatJitterWouldMakeNegative) {
  EXPECT_EQ(with(R"({"type":"latency","attributes":{"latency":0,"jitter":50}})"),
            R"({"delay":{"percentiles":{"p50.000000":"0ms","p100":"50ms"}}})");
}

TEST(ToxicFault, IsHarmlessForEveryNumber) {
  EXPECT_EQ(with(R"({"type":"bandwidth","attributes":{"rate":-1}})"), R"({"rate":"0KB/s"})");
  EXPECT_EQ(with(R"({"type":"timeout","attributes":{"timeout":-1}})"), R"({"after":"0ms"})");
  EXPECT_EQ(with(R"({"type":"limit_data","attributes":{"bytes":-1}})"), R"({"bytes":"0"})");
  EXPECT_EQ(with(R"({"type":"slicer"})"),
            R"({"size":"1000000000000","variation":"0","delay":"0us"})");
  EXPECT_EQ(with(R"({"type":"slicer","attributes":{"average_size":10,"size_variation":99}})"),
            R"({"size":"10","variation":"9","delay":"0us"})");
  for (const char* number : {"-9223372036854775808", "9223372036854775807"}) {
    for (const char* type : {"latency", "bandwidth", "slow_close", "timeout", "reset_peer",
                             "slicer", "limit_data", "noop"}) {
      std::string attributes;
      for (const char* name : {"latency", "jitter", "rate", "delay", "timeout", "average_size",
                               "size_variation", "bytes"}) {
        attributes += std::string(attributes.empty() ? "" : ",") + '"' + name + "\":" + number;
      }
      const auto toxic =
          read(R"({"type":")" + std::string(type) + R"(","attributes":{)" + attributes + "}}");
      const auto fault = read_fault(definition_of(toxic.value(), "db"), "f");
      EXPECT_TRUE(fault.has_value()) << type << " " << describe(fault.error());
    }
  }
}

TEST(ToxicFault, LosesMoreBehindALostPacket) {
  EXPECT_EQ(with(R"({"type":"packet_loss","attributes":{"loss_rate":0.1}})"), R"({"rate":"10%"})");
  EXPECT_EQ(with(R"({"type":"packet_loss","attributes":{"loss_rate":0.1,"correlation":0.4}})"),
            R"({"model":"gilbert_elliott","rate":"100%","enter":"10%","leave":"50%"})");
}

TEST(ToxicFault, HasANameThatNoOtherHas) {
  std::set<std::string> used{"a_b:latency_downstream"};
  const auto taken = [&](const std::string& name) { return used.contains(name); };
  EXPECT_EQ(fault_name("a b", "latency_downstream", taken), "a_b:latency_downstream-2");
  EXPECT_EQ(fault_name(std::string(200, 'x'), "t", taken).size(), 90U);
}

std::string resolved(std::string_view text) {
  const auto address = resolve_listen(text);
  return address.has_value() ? go_text(*address) : address.error().message;
}

TEST(ListenAddress, IsWhatGoWouldListenOn) {
  EXPECT_EQ(resolved("localhost:31301"), "127.0.0.1:31301");
  EXPECT_EQ(resolved("127.0.0.2:1"), "127.0.0.2:1");
  EXPECT_EQ(resolved("[::1]:1"), "[::1]:1");
  EXPECT_EQ(resolved(":1"), "[::]:1");
  EXPECT_EQ(resolved("0.0.0.0:1"), "[::]:1");
  EXPECT_EQ(resolved(""), "[::]:0");
  EXPECT_EQ(resolved("localhost:"), "127.0.0.1:0");
}

TEST(ListenAddress, IsRefusedInGosWords) {
  EXPECT_EQ(resolved("nonsense"), "address nonsense: missing port in address");
  EXPECT_EQ(resolved("localhost:99999"), "address 99999: invalid port");
  EXPECT_EQ(resolved("a:b:1"), "address a:b:1: too many colons in address");
  EXPECT_EQ(resolved("no.such.name.invalid:1"), "lookup no.such.name.invalid: no such host");
}

TEST(RequestIds, AreTwentyCharactersAndNeverAlike) {
  RequestIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.next();
    EXPECT_EQ(id.size(), 20U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuv"), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace firedrill::toxiproxy
