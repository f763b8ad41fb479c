// firedrill import rpz.

#include "control/cli/commands.h"
#include "control/import/rpz.h"
#include "proxy/session/file_text.h"

#include <ostream>

namespace firedrill::cli {
namespace {

Exit show_rpz(const Invocation& call) {
  const std::string& path = call.arguments().front();
  const auto zone = file_text(path);
  if (zone.has_error()) {
    call.err() << "firedrill: " << path << ": " << describe(zone.error()) << '\n';
    return Exit::failed;
  }
  const RpzImport import = import_rpz(*zone, call.value("--proxy", "*"));
  call.out() << import.yaml;
  for (const RpzRest& rest : import.rest) {
    call.err() << path << ':' << rest.line << ": " << rest.what << '\n';
  }
  if (import.rest.empty()) return Exit::done;
  call.err() << "firedrill: " << import.rest.size() << " of the zone's records have no equivalent; "
             << import.faults << " faults\n";
  return call.has("--partial") ? Exit::done : Exit::failed;
}

}  // namespace

std::vector<Command> import_commands() {
  return {{.name = "import rpz",
           .summary = "prints the faults that do what a response policy zone does",
           .arguments = {{.name = "FILE", .help = "the zone file"}},
           .options = {{.name = "--proxy",
                        .value = "NAME",
                        .help = "the dns proxy that they act on; default all"},
                       {.name = "--partial",
                        .value = {},
                        .help = "succeeds even if something has no equivalent"}},
           .run = show_rpz,
           .details =
               "CNAME . and *. become dns.nxdomain and dns.nodata, rpz-drop and rpz-tcp-only\n"
               "dns.drop and dns.truncate, rpz-passthru an exception, other data dns.answer. What\n"
               "has no equivalent is told on standard error, with its line."}};
}

}  // namespace firedrill::cli
