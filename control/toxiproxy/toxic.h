#pragma once

#include "control/toxiproxy/failure.h"
#include "control/toxiproxy/json.h"
#include "control/toxiproxy/toxic_type.h"

#include <string>

namespace firedrill::toxiproxy {

// A toxic as it was asked for: every number is kept as it was given, whatever sense it makes.
struct Toxic {
  std::string name;
  const ToxicType* type = nullptr;
  std::string stream = "downstream";  // in the case in which it was given
  float toxicity = 1;
  Numbers attributes;  // one for each of the type's

  bool upstream() const;
};

// The toxic that the body of a call asks for. Without a name it is called after its type and
// stream.
Outcome<Toxic> read_toxic(const Json& json);

// The toxic with what the body of an update says: attributes, one by one, and toxicity.
Outcome<Toxic> updated(Toxic toxic, const Json& json);

std::string json_of(const Toxic& toxic);

}  // namespace firedrill::toxiproxy
