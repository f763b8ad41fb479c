#include "proxy/fault/registry.h"

#include "tests/fault/support.h"

#include <algorithm>
#include <set>

namespace firedrill {
namespace {

using namespace test;
namespace json = boost::json;

TEST(Registry, NamesAreUniqueAndSayTheFamily) {
  std::set<std::string_view> names;
  for (const FaultType* type : fault_types()) {
    EXPECT_TRUE(names.insert(type->name).second) << type->name;
    EXPECT_TRUE(type->name.starts_with(std::string(name_of(type->family)) + ".")) << type->name;
    EXPECT_EQ(find_fault_type(type->name), type);
    EXPECT_NE(std::ranges::find(fault_type_names(), type->name), fault_type_names().end());
  }
}

TEST(Registry, KnowsNoOtherNames) {
  EXPECT_EQ(find_fault_type("tcp.latensy"), nullptr);
  EXPECT_EQ(suggestion("tcp.latensy", fault_type_names()), "; did you mean \"tcp.latency\"?");
}

TEST(Registry, AliasesStandForATypeAndAParameterThatItHas) {
  for (const FaultAlias& alias : fault_aliases()) {
    EXPECT_EQ(find_fault_alias(alias.name), &alias);
    const FaultType* type = find_fault_type(alias.type);
    ASSERT_NE(type, nullptr) << alias.name;
    if (alias.parameter.empty()) continue;
    EXPECT_TRUE(type->schema().at("properties").as_object().contains(alias.parameter));
  }
  EXPECT_EQ(find_fault_alias("http.status"), nullptr);
}

TEST(Registry, EveryTypeIsDocumented) {
  for (const FaultType* type : fault_types()) {
    for (const auto text : {type->summary, type->reaches_upstream, type->client_sees}) {
      EXPECT_TRUE(text.ends_with('.')) << type->name << ": " << text;
    }
  }
}

// What a JSON Schema of a parameter must say for somebody to fill it in.
bool tells_what_it_takes(const json::object& property) {
  return property.contains("type") || property.contains("enum") || property.contains("oneOf") ||
         property.contains("anyOf");
}

TEST(Registry, EverySchemaDescribesEveryParameter) {
  for (const FaultType* type : fault_types()) {
    const json::object schema = type->schema();
    EXPECT_EQ(schema.at("type"), "object") << type->name;
    EXPECT_EQ(schema.at("additionalProperties"), false) << type->name;
    const json::object& properties = schema.at("properties").as_object();
    for (const auto& [key, property] : properties) {
      const json::object& object = property.as_object();
      EXPECT_FALSE(object.at("description").as_string().empty()) << type->name << "." << key;
      EXPECT_TRUE(tells_what_it_takes(object)) << type->name << "." << key;
    }
    if (const json::value* required = schema.if_contains("required")) {
      for (const json::value& key : required->as_array()) {
        EXPECT_TRUE(properties.contains(key.as_string())) << type->name << "." << key;
      }
    }
  }
}

TEST(Registry, EveryTypeRefusesAKeyThatItDoesNotKnow) {
  for (const FaultType* type : fault_types()) {
    const std::string problems = refusal(type->name, R"({"nonsense": 1})");
    EXPECT_NE(problems.find("with.nonsense: is not a known key"), std::string::npos) << type->name;
  }
}

}  // namespace
}  // namespace firedrill
