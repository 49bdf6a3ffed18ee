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

/// A CGI program: `Sources/Handlers/<Name>/main.swift`, shipped as `cgi-bin/<program>`.
func handler(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Endpoints", "StaticStart"], path: "Sources/Handlers/\(name)")
}

/// The tests of a library, in Tests/<Name>Tests.
func tests(_ name: String, of library: String? = nil, _ dependencies: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: ([library ?? name] + dependencies).map { .init(stringLiteral: $0) },
    path: "Tests/\(name)Tests")
}

/// Program name as the web server sees it -> target.
let handlers = [
  "voice": "Voice", "dial-result": "DialResult", "screen": "Screen", "menu": "Menu",
  "call-status": "CallStatus", "sms": "SMS", "sms-status": "SMSStatus",
  "twilio-error": "TwilioError", "health": "Health", "tick": "Tick", "anfrage": "Anfrage", "inbox": "Inbox",
]

let package = Package(
  name: "MissedCallRecovery",
  products: handlers.sorted { $0.key < $1.key }.map {
    .executable(name: $0.key, targets: [$0.value])
  } + [
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
    .systemLibrary(name: "CPlatform", path: "Sources/Common/CPlatform"),

    // Bottom: pure.
    library("LocalTime"),
    library("Crypto"),
    library("JSON"),
    library("Rules", ["LocalTime"]),

    // The machine, the database, the web.
    library("Platform", ["CPlatform", "LocalTime"]),
    library("SQLite", ["CSQLite"]),
    library("Settings", ["LocalTime", "Rules", "SQLite"]),
    library("Store", ["LocalTime", "Rules", "SQLite", "Platform"]),
    library("CGI", ["Platform"]),
    library("Functions", ["CGI", "Crypto", "JSON"]),
    library("Twilio", ["Crypto", "CGI"]),
    library("Spool", ["CGI", "LocalTime", "Platform"]),
    library(
      "Intake",
      ["Crypto", "LocalTime", "Platform", "Rules", "Settings", "Spool", "Store", "Twilio", "CGI"]),
    library("Configuration", ["LocalTime", "Platform", "Rules", "Settings"]),
    library("HTTP", ["CCurl"]),
    library("Queue", ["Crypto", "HTTP", "JSON", "Platform", "Settings", "Spool"]),
    library("Mail", ["Crypto", "LocalTime"]),
    library("Pages", ["LocalTime", "Rules"]),
    library("Reports", ["JSON", "LocalTime", "Rules"]),
    library("Uploads", ["CGI", "Platform"]),
    library("TwilioAPI", ["CGI", "HTTP", "LocalTime", "Twilio"]),

    // Webhooks.
    library(
      "Endpoints", in: "Sources/Handlers",
      [
        "CGI", "Crypto", "Functions", "Intake", "LocalTime", "Pages", "Platform", "Rules", "Settings",
        "Spool", "SQLite", "Store",
        "Twilio",
        "Uploads",
      ]),

    library("StaticStart", in: "Sources/Handlers"),
    // All handlers behind a function service. It alone of them has libcurl: for the service, and for a queue.
    .executableTarget(
      name: "Bootstrap",
      dependencies: [
        "CGI", "Endpoints", "Functions", "HTTP", "JSON", "LocalTime", "Platform", "Queue",
        "Settings", "Spool",
      ], path: "Sources/Handlers/Bootstrap"),

    // Batch.
    library(
      "BatchJobs", in: "Sources/Batch",
      [
        "CGI", "Crypto", "HTTP", "Intake", "LocalTime", "Mail", "Platform", "Queue", "Reports", "Rules",
        "Settings",
        "Spool", "Store", "Twilio",
        "TwilioAPI",
      ]),
    library(
      "Provisioning", in: "Sources/Batch",
      [
        "CGI", "HTTP", "Intake", "LocalTime", "Platform", "Rules", "Settings", "Store", "Twilio", "TwilioAPI",
      ]),
    library(
      "Doctor", in: "Sources/Batch",
      [
        "BatchJobs", "Configuration", "HTTP", "Intake", "LocalTime", "Platform", "Provisioning", "Queue", "Rules",
        "Settings", "Spool", "Store", "Twilio", "TwilioAPI",
      ]),
    .executableTarget(
      name: "OpsFabric",
      dependencies: [
        "Doctor", "Provisioning",
        "BatchJobs", "Configuration", "HTTP", "Intake", "JSON", "LocalTime", "Platform", "Reports", "Rules",
        "Settings",
        "Spool", "SQLite", "Store", "Twilio",
      ],
      path: "Sources/Batch/OpsFabric"),

    // Tests and their helpers.
    library(
      "TestSupport", in: "Tests",
      [
        "Uploads",
        "BatchJobs", "CGI", "Crypto", "Endpoints", "HTTP", "JSON", "LocalTime", "Platform",
        "Queue", "Rules",
        "Settings", "Spool", "SQLite",
        "Store", "Twilio", "TwilioAPI", "StandIn", "Configuration",
      ]),
    library("StandIn", in: "Tests", ["Crypto", "SQLite", "Platform", "LocalTime"]),
    tests("LocalTime"), tests("Rules", ["LocalTime"]), tests("Crypto"), tests("JSON"),
    tests("SQLite", ["CSQLite"]),
    tests("Platform", ["LocalTime"]),
    tests("CGI", ["Platform"]), tests("Functions", ["CGI", "Crypto", "JSON"]),
    tests("Twilio", ["CGI", "Crypto"]),
    tests("Settings", ["SQLite", "LocalTime", "Rules"]),
    tests("Configuration", ["Settings", "LocalTime", "Rules", "Platform"]),
    tests("Store", ["CSQLite", "SQLite", "LocalTime", "Rules", "Platform"]),
    tests("Uploads", ["CGI", "Platform"]), tests("Mail", ["LocalTime", "Crypto", "HTTP", "TestSupport"]),
    tests("Pages", ["LocalTime", "Platform", "Rules", "TestSupport"]),
    tests("Reports", ["LocalTime", "Rules"]),
    tests(
      "Queue", ["CGI", "HTTP", "JSON", "LocalTime", "Platform", "Settings", "Spool", "TestSupport"]),
    tests("HTTP"), tests("TwilioAPI", ["HTTP", "LocalTime", "Twilio"]),
    tests("StandIn", ["Crypto", "LocalTime", "SQLite", "Platform"]),
    tests(
      "Handler", of: "TestSupport",
      [
        "Endpoints", "StandIn", "Settings", "Store", "Rules", "LocalTime", "CGI", "Platform", "SQLite",
      ]),
    tests(
      "Batch", of: "TestSupport",
      [
        "HTTP", "StandIn", "Settings", "Store", "Rules", "LocalTime", "CGI", "Platform", "BatchJobs",
        "CSQLite", "Crypto", "Intake", "Reports", "Spool", "SQLite", "TwilioAPI",
      ]),
    tests(
      "Provisioning",
      [
        "HTTP", "Intake", "Platform", "LocalTime", "Rules", "Settings", "Spool", "StandIn", "Store",
        "TestSupport", "TwilioAPI",
      ]),
    tests(
      "Doctor",
      [
        "HTTP", "LocalTime", "Platform", "Provisioning", "Rules", "Settings", "SQLite", "StandIn", "Store",
        "TestSupport", "TwilioAPI", "CGI", "Configuration", "Spool",
      ]),
    tests(
      "EndToEnd", of: "TestSupport", ["StandIn", "Settings", "LocalTime", "Platform", "SQLite", "Store"]),
    .executableTarget(name: "fault-tracer", path: "Tests/FaultTracer"),
    library(
      "FuzzTargets", in: "Tests",
      [
        "CGI", "Configuration", "Crypto", "Endpoints", "Functions", "HTTP", "JSON", "LocalTime",
        "Mail", "Platform", "Reports", "Rules", "Spool", "TestSupport", "Twilio", "TwilioAPI", "Uploads",
      ]),
    .executableTarget(
      name: "Fuzz", dependencies: ["Crypto", "FuzzTargets", "Platform"], path: "Tests/Fuzz",
      exclude: ["fuzz.sh"]),
    tests("Fuzz", of: "FuzzTargets", ["Platform"]),
    .executableTarget(
      name: "TwilioStandIn", dependencies: ["StandIn", "Platform", "HTTP"], path: "Tests/TwilioStandIn"),
  ] + handlers.values.sorted().map(handler),
  swiftLanguageModes: [.v6]
)
