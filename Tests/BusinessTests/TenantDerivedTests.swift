// TenantDerivedTests.swift - what follows from a tenant's settings: its country.

import Testing

@testable import Business

struct TenantDerivedTests {
  private func tenant(_ voice: [String], forward: String? = nil, callback: String? = nil) -> Tenant {
    var tenant = Tenant(
      id: "t", name: "T", smsSender: voice[0], callbackPhone: callback ?? voice[0], websiteDomain: "t.example"
    )
    tenant.voiceNumbers = voice
    tenant.forwardTo = forward
    return tenant
  }

  @Test(arguments: [
    ("+41434435200", "CH"), ("+4232361234", "LI"), ("+493012345678", "DE"), ("+4312345678", "AT"),
    ("+33142345678", "FR"), ("+390212345678", "IT"), ("+442071234567", "GB"), ("+882161234567", "CH"),
  ])
  func `a business is where its number is`(number: String, country: String) {
    #expect(tenant([number]).country == country)
    #expect(tenant([number], forward: number).country == country)
  }

  @Test func `most of its numbers decide, and of equals the one callers are told`() {
    // A German Twilio number before an Austrian business
    #expect(tenant(["+493012345678"], forward: "+436641234567", callback: "+4312345678").country == "AT")
    #expect(tenant(["+493012345678"], callback: "+4312345678").country == "AT")
    #expect(tenant(["+33142345678"], forward: "+41434435200").country == "FR")
    #expect(tenant(["+33142345678", "+33142345679"], callback: "+41434435200").country == "FR")
    #expect(tenant(["+33142345678", "+882161234567"]).country == "FR")
  }
}
