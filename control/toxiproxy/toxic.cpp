#include "control/toxiproxy/toxic.h"

#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/members.h"

#include <algorithm>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

bool same_word(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(text, lower_case, {}, lower);
}

Numbers zeros(const ToxicType& type) {
  Numbers numbers;
  for (const Attribute& attribute : type.attributes) {
    numbers.push_back(attribute.kind == Attribute::Kind::integer ? Number(std::int64_t{0})
                                                                 : Number(0.0));
  }
  return numbers;
}

// Reads the attributes that are given over those that the toxic has.
Outcome<Toxic> with_attributes(Toxic toxic, const Json& json) {
  Members members(json, std::string(toxic.type->go_name) + ".attributes");
  for (std::size_t i = 0; i < toxic.attributes.size(); ++i) {
    const std::string_view name = toxic.type->attributes[i].name;
    if (auto* integer = std::get_if<std::int64_t>(&toxic.attributes[i])) {
      *integer = members.int64(name, *integer);
    } else {
      double& real = std::get<double>(toxic.attributes[i]);
      real = members.float64(name, real);
    }
  }
  if (!members.error().empty()) return bad_body(members.error());
  return toxic;
}

std::string json_of(const Number& number) {
  const auto* integer = std::get_if<std::int64_t>(&number);
  return integer != nullptr ? std::to_string(*integer) : json_number(std::get<double>(number));
}

}  // namespace

bool Toxic::upstream() const {
  return same_word(stream, "upstream");
}

Outcome<Toxic> read_toxic(const Json& json) {
  Members members(json, "ToxicWrapper");
  Toxic toxic;
  toxic.name = members.string("name");
  const std::string type = members.string("type");
  toxic.stream = members.string("stream", toxic.stream);
  toxic.toxicity = members.float32("toxicity", toxic.toxicity);
  const Json& attributes = members.object("attributes", "toxics.NoopToxic");
  if (!members.error().empty()) return bad_body(members.error());
  if (!toxic.upstream() && !same_word(toxic.stream, "downstream")) {
    return Failure{400, "stream was invalid, can be either upstream or downstream"};
  }
  toxic.type = find_toxic_type(type);
  if (toxic.type == nullptr) return Failure{400, "invalid toxic type"};
  if (toxic.name.empty()) toxic.name = type + "_" + toxic.stream;
  toxic.attributes = zeros(*toxic.type);
  return with_attributes(std::move(toxic), attributes);
}

Outcome<Toxic> updated(Toxic toxic, const Json& json) {
  Members members(json, "");
  toxic.toxicity = members.float32("toxicity", toxic.toxicity);
  const Json& attributes = members.object("attributes", toxic.type->go_name);
  if (!members.error().empty()) return bad_body(members.error());
  return with_attributes(std::move(toxic), attributes);
}

std::string json_of(const Toxic& toxic) {
  JsonObject attributes;
  for (std::size_t i = 0; i < toxic.attributes.size(); ++i) {
    attributes.add(toxic.type->attributes[i].name, json_of(toxic.attributes[i]));
  }
  return JsonObject()
      .add("attributes", attributes.text())
      .add("name", json_string(toxic.name))
      .add("type", json_string(toxic.type->name))
      .add("stream", json_string(toxic.stream))
      .add("toxicity", json_number(toxic.toxicity))
      .text();
}

}  // namespace firedrill::toxiproxy
