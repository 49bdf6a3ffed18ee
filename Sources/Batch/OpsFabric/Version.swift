// Version.swift - the release this program is of; CHANGELOG.md has it at its top (a test holds them together).

let version = "1.0.0-dev"

/// When the manual page was last looked through.
let versionDate = "2026-11-28"
