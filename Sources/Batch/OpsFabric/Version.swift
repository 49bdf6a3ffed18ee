// Version.swift - the release this program is of; CHANGELOG.md has it at its top (a test holds them together).

let version = "1.0.0-dev"
