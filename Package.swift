// swift-tools-version: 6.0
// Missed Call Recovery: small CGI programs that record, one batch program that acts.
//
// The dependency lists below are the architecture's rules: they point down only, and a handler
// reaches neither HTTP nor TwilioAPI, so that a webhook never waits for Twilio (`bootstrap` alone has HTTP, for the
// function service and the queue).
import PackageDescription

/// A library below Sources/Common (or another folder), one duty each.
func library(_ name: String, in folder: String = "Sources/Common", _ dependencies: [String] = [])
  -> Target
{
  .target(
    name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
    path: "\(folder)/\(name)")
}

/// The tests of a library, in Tests/<Name>Tests.
func tests(_ name: String, of library: String? = nil, _ dependencies: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: ([library ?? name] + dependencies).map { .init(stringLiteral: $0) },
    path: "Tests/\(name)Tests")
}

let package = Package(
  name: "MissedCallRecovery",
  products: [
    .executable(name: "handler", targets: ["Handler"]),
    .executable(name: "opsfabric", targets: ["OpsFabric"]),
    .executable(name: "bootstrap", targets: ["Bootstrap"]),
    .executable(name: "twilio-standin", targets: ["TwilioStandIn"]),
    .executable(name: "fuzz", targets: ["Fuzz"]),
  ],
  targets: [
    // The system's own libraries.
    .systemLibrary(
      name: "CSQLite", path: "Sources/Common/CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Sources/Common/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),

    // A little C.
    library("CPlatform"),

    // Bottom: pure.
    library("LocalTime"),
    library("Crypto"),
    library("Business", ["LocalTime"]),

    // The machine, the database, the web.
    library("Platform", ["CPlatform", "LocalTime"]),
    library("SQLite", ["CSQLite"]),
    library("JSON", ["SQLite"]),
    library("Settings", ["LocalTime", "Business", "SQLite"]),
    library("Store", ["LocalTime", "Business", "SQLite", "Platform"]),
    library("CGI", ["Platform"]),
    library("Functions", ["CGI", "Crypto", "JSON"]),
    library("Twilio", ["Crypto", "CGI"]),
    library("Spool", ["LocalTime", "Platform"]),
    library(
      "Desk", ["Crypto", "LocalTime", "Platform", "Business", "Settings", "Store", "Twilio"]),
    library(
      "Webhooks",
      ["Business", "CGI", "Desk", "LocalTime", "Platform", "Settings", "Spool", "Store", "Twilio"]),
    library("Configuration", ["LocalTime", "Platform", "Business", "Crypto", "Settings"]),
    library("Curl", ["CCurl"]),
    library("Queue", ["Business", "Crypto", "Curl", "JSON", "LocalTime", "Platform", "Spool"]),
    library("Mail", ["CCurl", "Crypto", "Curl", "LocalTime"]),
    library("Pages", ["Business", "Crypto", "LocalTime"]),
    library("Uploads", ["CGI", "Platform"]),
    library("TwilioAPI", ["CGI", "Curl", "JSON", "LocalTime", "Twilio"]),

    // Webhooks.
    library(
      "Web", in: "Sources/Handlers",
      [
        "CGI", "Crypto", "Desk", "Functions", "LocalTime", "Pages", "Platform", "Business", "Settings",
        "Spool", "SQLite", "Store",
        "Twilio",
        "Uploads", "Webhooks",
      ]),

    library("StaticStart", in: "Sources/Handlers"),
    // The CGI programs: one, under the names of all handlers.
    .executableTarget(
      name: "Handler", dependencies: ["Web", "StaticStart"], path: "Sources/Handlers/Handler"),
    // All handlers behind a function service. It alone of them has libcurl: for the service, and for a queue.
    .executableTarget(
      name: "Bootstrap",
      dependencies: [
        "Business", "CGI", "Curl", "Functions", "JSON", "LocalTime", "Platform", "Queue", "Settings", "Spool",
        "Web", "Webhooks",
      ], path: "Sources/Handlers/Bootstrap"),

    // Batch.
    library(
      "Runner", in: "Sources/Batch",
      [
        "Business", "CGI", "Crypto", "Curl", "Desk", "LocalTime", "Mail", "Platform", "Queue", "Settings",
        "Spool", "Store", "TwilioAPI", "Webhooks",
      ]),
    library(
      "Outbox", in: "Sources/Batch",
      [
        "Business", "Crypto", "Curl", "Desk", "JSON", "LocalTime", "Mail", "Platform", "Runner", "Store",
        "Twilio", "TwilioAPI", "Webhooks",
      ]),
    library(
      "Books", in: "Sources/Batch",
      [
        "Business", "Crypto", "Desk", "JSON", "LocalTime", "Mail", "Pages", "Platform", "Runner", "Settings",
        "Store", "TwilioAPI",
      ]),
    library(
      "Erasing", in: "Sources/Batch",
      [
        "Books", "Business", "CGI", "Desk", "JSON", "LocalTime", "Pages", "Platform", "Queue", "Runner",
        "Settings", "Spool", "Store", "TwilioAPI",
      ]),
    library(
      "Operations", in: "Sources/Batch",
      [
        "Books", "Business", "CGI", "Configuration", "Curl", "Desk", "Erasing", "JSON", "LocalTime", "Mail",
        "Outbox",
        "Platform", "Queue", "Runner", "Settings", "Spool", "Store", "Twilio", "TwilioAPI", "Webhooks",
      ]),
    library(
      "Setup", in: "Sources/Batch",
      ["Business", "Configuration", "Curl", "LocalTime", "Operations", "Platform", "TwilioAPI"]),
    .executableTarget(
      name: "OpsFabric",
      dependencies: [
        "Books", "Business", "Configuration", "Curl", "Erasing", "Desk", "JSON", "LocalTime", "Operations",
        "Platform", "Runner", "SQLite", "Settings", "Setup", "Spool", "Store",
      ],
      path: "Sources/Batch/OpsFabric"),

    // Tests and their helpers.
    library(
      "TestSupport", in: "Tests",
      [
        "Business", "CGI", "Crypto", "Curl", "Desk", "Erasing", "JSON", "LocalTime", "Mail", "Operations",
        "Platform", "Queue", "Runner", "SQLite", "Settings", "Spool", "StandIn", "Store", "Uploads", "Web",
        "Webhooks",
      ]),
    library("StandIn", in: "Tests", ["Crypto", "JSON", "SQLite", "Platform", "LocalTime"]),
    tests("LocalTime"), tests("Business", ["LocalTime"]), tests("Crypto"), tests("JSON"),
    tests("SQLite", ["CSQLite"]),
    tests("Platform", ["LocalTime"]),
    tests("CGI", ["Platform"]), tests("Functions", ["CGI", "Crypto", "JSON"]),
    tests("Twilio", ["CGI", "Crypto"]),
    tests("Settings", ["SQLite", "LocalTime", "Business", "Platform"]),
    tests("Configuration", ["Business", "LocalTime", "Platform"]),
    tests("Store", ["CSQLite", "SQLite", "LocalTime", "Business", "Platform"]),
    tests("Uploads", ["Platform"]), tests("Mail", ["LocalTime", "Crypto", "Curl", "TestSupport"]),
    tests("Pages", ["LocalTime", "Platform", "Business", "TestSupport"]),
    tests("Books", ["LocalTime", "Business"]),
    tests(
      "Queue",
      ["Business", "CGI", "Curl", "JSON", "LocalTime", "Platform", "Spool", "TestSupport", "Webhooks"]),
    tests("Curl", ["TestSupport"]), tests("TwilioAPI", ["Curl", "LocalTime", "Twilio"]),
    tests("StandIn", ["LocalTime"]),
    tests(
      "Handler", of: "TestSupport",
      [
        "Desk",
        "Business", "CGI", "LocalTime", "Platform", "SQLite", "Settings", "StandIn", "Store", "Uploads",
        "Web", "Webhooks",
      ]),
    tests(
      "Batch", of: "TestSupport",
      [
        "Books", "Business", "CGI", "CSQLite", "Crypto", "Curl", "Desk", "Erasing", "JSON", "LocalTime",
        "Mail", "Operations", "Outbox", "Platform", "Runner", "SQLite", "Settings", "Spool", "StandIn",
        "Store", "Webhooks",
      ]),
    tests(
      "Operations",
      [
        "Business", "Configuration", "Curl", "Desk", "LocalTime", "Mail", "Platform", "Settings", "Spool",
        "StandIn", "Store", "TestSupport", "TwilioAPI", "Webhooks",
      ]),
    tests(
      "Setup",
      [
        "Business", "Configuration", "Curl", "LocalTime", "Operations", "Platform", "StandIn", "TestSupport",
      ]),
    tests(
      "EndToEnd", of: "TestSupport",
      ["Business", "Crypto", "LocalTime", "Platform", "SQLite", "StandIn", "Store"]),
    .executableTarget(name: "fault-tracer", path: "Tests/FaultTracer"),
    library(
      "FuzzTargets", in: "Tests",
      [
        "Books", "Business", "CGI", "Configuration", "Crypto", "Curl", "Functions", "JSON", "LocalTime",
        "Mail", "Platform", "Spool", "TestSupport", "Twilio", "TwilioAPI", "Uploads", "Web", "Webhooks",
      ]),
    .executableTarget(
      name: "Fuzz", dependencies: ["Crypto", "FuzzTargets", "Platform"], path: "Tests/Fuzz",
      exclude: ["fuzz.sh"]),
    tests("Fuzz", of: "FuzzTargets", ["Platform"]),
    .executableTarget(
      name: "TwilioStandIn", dependencies: ["StandIn", "Platform", "Curl"], path: "Tests/TwilioStandIn"),
  ],
  swiftLanguageModes: [.v6]
)
