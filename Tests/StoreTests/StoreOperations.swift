// StoreOperations.swift - one run of every operation a webhook or the runner uses.

import Business
import LocalTime

@testable import Store

struct StoreOperation: Sendable {
  let name: String
  let run: @Sendable (Fixture) throws -> Void

  init(_ name: String, _ run: @escaping @Sendable (Fixture) throws -> Void) {
    self.name = name
    self.run = run
  }
}

enum StoreOperations {
  static let all =
    calls + facts + outbox + tickets + records + inbox + prices + months + desk
    + webhooks + holidays + copies

  private static let later = now.adding(hours: 1)
  private static let person = InboxPerson(tenant: "a", person: "+41790000000")

  private static let address = "https://crm.example.ch/hook"

  private static let webhooks: [StoreOperation] = [
    .init("tell") { fixture in
      fixture.store.receivers = fixture.receivers
      try fixture.store.write {
        for type in [WebhookEvent.callMissed, .callHandled] {
          fixture.store.tell(type, .call(1), tenant: "a", at: now)
        }
        fixture.store.tell(.messageSent, .message(1), tenant: "a", at: now)
        fixture.store.tell(.messageReceived, .inbound(1), tenant: "a", at: now)
        fixture.store.tell(.ticketCreated, .ticket(1), tenant: "a", at: now)
        fixture.store.tell(.alertRaised, .alert(1), tenant: "a", at: now)
      }
    },
    .init("tellReport") { fixture in
      guard let month = CivilMonth(iso8601: "2026-01") else { throw Fixture.Missing() }
      try fixture.store.write {
        fixture.store.tellReport(tenant: "a", month: month, files: ["2026-01/report.csv"], at: now)
      }
    },
    .init("tellReceivers") { try $0.store.tellReceivers() },
    .init("isOpen") { _ = try $0.store.isOpen("webhook_off_1", tenant: nil) },
    .init("markWebhookDelivered") { try $0.store.markWebhookDelivered(ifSending: try $0.row(1), at: now) },
    .init("putBackWebhooks") { try $0.store.putBackWebhooks(to: address, until: later, at: now) },
    .init("resumeWebhooks") { _ = try $0.store.resumeWebhooks(to: address, tenant: "a", at: now) },
    .init("webhookFigures") { _ = try $0.store.webhookFigures(to: address, tenant: "a") },
  ]

  private static let copies: [StoreOperation] = [
    .init("copyStanding") { _ = try $0.store.copyStanding() },
    .init("beginCopies") { try $0.store.beginCopies(to: "file:/mnt/copies", at: now) },
    .init("noteCopyTried") { try $0.store.noteCopyTried(error: "full", at: now) },
    .init("noteCopyMade") { try $0.store.noteCopyMade("a", madeAt: now, bytes: 1, mark: "1 2 3 4") },
    .init("noteCopyCurrent") { try $0.store.noteCopyCurrent("a", at: now) },
    .init("noteCopyProved") { try $0.store.noteCopyProved(at: now) },
    .init("noteCopyBad") { try $0.store.noteCopyBad("a", error: "its hash is another") },
    .init("keepCopies") { fixture in
      try fixture.store.noteCopyMade("a", madeAt: now, bytes: 1, mark: "1 2 3 4")
      try fixture.store.keepCopies([])
    },
    .init("copies") { _ = try $0.store.copies() },
    .init("newestGoodCopy") { _ = try $0.store.newestGoodCopy() },
    .init("growthMark") { _ = try $0.store.growthMark() },
    .init("oldCopy") { fixture in
      var backup = Installation.Backup()
      backup.to = "file:/mnt/copies"
      _ = try fixture.store.oldCopy(backup, at: now)
    },
  ]

  private static let holidays: [StoreOperation] = [
    .init("noteCalendarAsked") { try $0.store.noteCalendarAsked(address, tenant: "a", at: now) },
    .init("noteCalendarUnchanged") { try $0.store.noteCalendarUnchanged(address, tenant: "a", at: now) },
    .init("noteCalendarFailure") { try $0.store.noteCalendarFailure(address, tenant: "a", "HTTP 500") },
    .init("keepCalendar") { fixture in
      try fixture.store.noteCalendarAsked(address, tenant: "a", at: now)
      let copy = HolidayCalendarCopy(
        days: [CivilDate(daysSinceEpoch: 20_000)], leftOut: "", zone: "UTC", etag: nil, lastModified: nil)
      try fixture.store.keepCalendar(address, tenant: "a", copy, at: now)
    },
    .init("holidayCalendars") { _ = try $0.store.holidayCalendars() },
    .init("daysOff") {
      _ = try $0.store.daysOff(tenant: "a", calendars: [address], from: CivilDate(daysSinceEpoch: 20_000))
    },
    .init("removeCalendar") { try $0.store.removeCalendar(address, tenant: "a") },
  ]

  private static let desk: [StoreOperation] = [
    .init("marks") { _ = try $0.store.marks(tenant: "a", phone: caller, at: now) },
    .init("contact") { _ = try $0.store.contact(tenant: "a", phone: caller) },
    .init("contactName") { _ = try $0.store.contactName(tenant: "a", phone: caller) },
    .init("contactNames") { _ = try $0.store.contactNames(tenant: "a", phones: [caller]) },
    .init("newestCallerName") { _ = try $0.store.newestCallerName(tenant: "a", phone: caller) },
    .init("allContacts") { _ = try $0.store.allContacts(tenant: "a") },
    .init("contacts") { _ = try $0.store.contacts(tenant: "a", page: 1) },
    .init("saveContact") {
      try $0.store.saveContact(
        ContactRow(tenant: "a", phone: caller, name: "Meier", source: .desk, updatedAt: now))
    },
    .init("findNumbers") {
      if let search = Search(typed: "79") {
        _ = try $0.store.findNumbers(tenant: "a", search, missedSince: now, page: 1)
      }
    },
    .init("deleteContact") { try $0.store.deleteContact(tenant: "a", phone: caller) },
    .init("missedCallers") { _ = try $0.store.missedCallers(tenant: "a", since: now, at: later, page: 1) },
    .init("handle") {
      try $0.store.handle(caller: caller, tenant: "a", at: now)
      try $0.store.handle(call: 1, at: now)
    },
    .init("hasReplied") { _ = try $0.store.hasReplied(tenant: "a", to: caller, since: now) },
    .init("stopWaiting") { try $0.store.stopWaiting(for: caller, tenant: "a", reason: .blocked, at: now) },
    .init("lastMissedCall") { _ = try $0.store.lastMissedCall(tenant: "a", caller: caller) },
    .init("conversation") {
      _ = try $0.store.conversation(.number(caller, since: now, until: later), tenant: "a", page: 1)
      _ = try $0.store.conversation(.ticket(1), tenant: "a", page: 1)
    },
    .init("conversationSpan") {
      if let ticket = try $0.store.ticket(id: 1) { _ = try $0.store.conversationSpan(of: ticket) }
    },
  ]

  private static let calls: [StoreOperation] = [
    .init("recordCall") { fixture in
      try fixture.call("CA1")
      try fixture.call("CA1")
    },
    .init("call") { fixture in
      _ = try fixture.store.call(sid: "CA1")
      _ = try fixture.store.call(id: 1)
    },
    .init("unjudgedCalls") { fixture in
      _ = try fixture.store.unjudgedCalls(at: now, closedBefore: now, startedBefore: now, limit: 9)
    },
    .init("postponeJudging") { try $0.store.postponeJudging(sid: "CA1", until: later) },
    .init("closeCall") { _ = try $0.store.closeCall(sid: "CA1", at: now, delaySeconds: 30) },
    .init("recordScreenKey") { try $0.store.recordScreenKey(sid: "CA1", at: now) },
    .init("markMissed") { fixture in
      _ = try fixture.store.markMissed(ifInProgress: "CA1", endedAt: now, dueAt: now, judgedBy: .callStatus)
    },
    .init("markAnswered") { _ = try $0.store.markAnswered(sid: "CA1", endedAt: now, judgedBy: .dialResult) },
    .init("dueCalls") { _ = try $0.store.dueCalls(at: now, limit: 9) },
    .init("callsDueSoon") { _ = try $0.store.callsDueSoon(until: now, limit: 9) },
    .init("nextCallDue") { _ = try $0.store.nextCallDue() },
    .init("postponeLook") { try $0.store.postponeLook(callID: 1, until: later) },
    .init("decideDefer") { _ = try $0.store.decideDefer(ifWaiting: 1, until: later) },
    .init("decideSkip") { _ = try $0.store.decideSkip(ifWaiting: 1, reason: .dedupe, at: now) },
    .init("decideSend") { _ = try $0.store.decideSend(ifWaiting: 1, at: now) },
    .init("missedCallMessage") { _ = try $0.store.missedCallMessage(call: 1) },
    .init("markCallDead") { try $0.store.markCallDead(callID: 1) },
    .init("markCallSent") { try $0.store.markCallSent(ifDead: 1) },
  ]

  private static let facts: [StoreOperation] = [
    .init("isBlocked") { _ = try $0.store.isBlocked(tenant: "a", phone: caller, at: now) },
    .init("isOptedOut") { _ = try $0.store.isOptedOut(tenant: "a", phone: caller) },
    .init("missedCalls") { fixture in
      _ = try fixture.store.missedCalls(tenant: "a", caller: caller, since: now, upTo: now, callID: 1)
    },
    .init("knew") { _ = try $0.store.knew(tenant: "a", phone: caller, before: now, callID: 1) },
    .init("wasReached") { fixture in
      guard let call = try fixture.store.call(id: 1) else { throw Fixture.Missing() }
      _ = try fixture.store.wasReached(tenant: "a", caller: caller, after: call)
    },
    .init("isCallingNow") { fixture in
      guard let call = try fixture.store.call(id: 1) else { throw Fixture.Missing() }
      _ = try fixture.store.isCallingNow(tenant: "a", caller: caller, after: call, oldest: now)
    },
    .init("missedCallSMS") { _ = try $0.store.missedCallSMS(tenant: "a", phone: caller, since: now) },
    .init("learnLineType") {
      try $0.store.learnLineType(phone: caller, type: .mobile, from: "lookup", at: now)
    },
    .init("forgetRefusal") { try $0.store.forgetRefusal(of: caller) },
    .init("lineType") { _ = try $0.store.lineType(phone: caller, since: now) },
  ]

  private static let outbox: [StoreOperation] = [
    .init("enqueue") { fixture in
      for _ in 0..<4 { _ = try fixture.message(.notification) }
    },
    .init("message") { _ = try $0.store.message(id: 1) },
    .init("noteExistence") {
      guard let row = try $0.store.message(id: 1) else { return }
      try $0.store.noteExistence(of: row, sid: "SM77", at: now)
    },
    .init("dueMessages") { _ = try $0.store.dueMessages(at: now, limit: 9) },
    .init("nextMessageDue") { _ = try $0.store.nextMessageDue() },
    .init("claim") { fixture in
      for id in 1...4 { _ = try fixture.store.claim(ifWaiting: id, at: now, lookAt: now) }
    },
    .init("adoptOrphans") { _ = try $0.store.adoptOrphans(at: now, lookAt: now) },
    .init("unknownMessages") { _ = try $0.store.unknownMessages(at: now, limit: 9) },
    .init("nextUnknownLook") { _ = try $0.store.nextUnknownLook() },
    .init("markAccepted") { fixture in
      try fixture.store.markAccepted(ifSending: 1, attempt: 1, sid: "SM1", segments: 1, at: now)
    },
    .init("markAcceptedForGood") { try $0.store.markAcceptedForGood(ifSending: try $0.row(2), at: now) },
    .init("rememberAttempt") { try $0.store.rememberAttempt(sid: "SM2", message: 1, attempt: 1, at: now) },
    .init("knowsAttempt") { _ = try $0.store.knowsAttempt(sid: "SM1") },
    .init("unreportedMessages") { fixture in
      _ = try fixture.store.unreportedMessages(sentBefore: now, sentAfter: now, limit: 9)
    },
    .init("noteChecked") { try $0.store.noteChecked(message: 1, at: now) },
    .init("applyReport") { fixture in
      _ = try fixture.store.applyReport(sid: "SM1", messageID: 1, status: .delivered, at: now)
      _ = try fixture.store.applyReport(sid: "SM9", messageID: 2, status: .sent, at: now)
    },
    .init("markUnknown") { fixture in
      try fixture.store.markUnknown(try fixture.row(3), error: "x", lookAt: now, at: now)
    },
    .init("markFailed") { fixture in
      try fixture.store.markFailed(try fixture.row(3), code: 1, error: "x", retryAt: now, at: now)
    },
    .init("postpone") { fixture in
      try fixture.store.postpone(try fixture.row(4), until: now, code: 1, error: "x", at: now)
    },
    .init("requeue") {
      try $0.store.requeue(ifAccepted: try $0.row(4), dueAt: now, code: 1, error: "x", at: now)
    },
    .init("holdBack") { try $0.store.holdBack(ifWaiting: try $0.row(4), until: now, reason: "x", at: now) },
    .init("heldMessages") { _ = try $0.store.heldMessages(dueBefore: later) },
    .init("isHolding") { _ = try $0.store.isHolding(tenant: "a", code: 1) },
    .init("sendingCounts") { _ = try $0.store.sendingCounts(.sms, at: now) },
    .init("noticeCount") {
      _ = try $0.store.noticeCount(
        tenant: "a", recipient: caller, budget: .urgent, hourSince: now, daySince: now)
    },
    .init("openDigest") { _ = try $0.store.openDigest(tenant: "a", recipient: caller, budget: .urgent) },
    .init("rewriteDigest") { try $0.store.rewriteDigest(ifQueued: 4, as: $0.newMessage(.notification)) },
    .init("ticketsGathered") { _ = try $0.store.ticketsGathered(into: 1, since: now) },
    .init("isGathered") { _ = try $0.store.isGathered(ticket: 1, into: 1) },
    .init("wasTexted") { _ = try $0.store.wasTexted(tenant: "a", phone: caller, since: now) },
    .init("wasInTouch") { _ = try $0.store.wasInTouch(tenant: "a", phone: "+41790000077", since: now) },
    .init("lookupCount") {
      _ = try $0.store.lookupCount(tenant: "a", since: now)
      _ = try $0.store.lookupCount(tenant: nil, since: now)
    },
    .init("ringCall") { _ = try $0.store.ringCall(id: 4, tenant: "a") },
    .init("noteCallExists") { _ = try $0.store.noteCallExists(try $0.row(4), sid: "CA7", at: now) },
    .init("noteExistence") { try $0.store.noteExistence(of: try $0.row(4), sid: "CA9", at: now) },
    .init("markCallAnswered") { _ = try $0.store.markCallAnswered(try $0.row(4), sid: "CA7", at: now) },
    .init("markCallUnanswered") {
      _ = try $0.store.markCallUnanswered(ifAccepted: try $0.row(4), sid: "CA7", .busy, at: now)
    },
    .init("isCallingBack") {
      _ = try $0.store.isCallingBack(tenant: "a", recipient: caller, askedSince: now, placedSince: now)
    },
    .init("numberToCall") { _ = try $0.store.numberToCall(try $0.row(4)) },
    .init("markCallbackKey") { try $0.store.markCallbackKey(ifUnanswered: try $0.row(4), sid: "CA7") },
    .init("hastenCheck") { try $0.store.hastenCheck(ifAccepted: try $0.row(4), at: now) },
    .init("noteTalk") { try $0.store.noteTalk(ticket: 1, began: now) },
    .init("hasTalked") { _ = try $0.store.hasTalked(tenant: "a", with: caller, since: now) },
    .init("hasOnlyTalked") { _ = try $0.store.hasOnlyTalked("Anna", ticket: 1, since: now) },
    .init("blockedNumbers") { _ = try $0.store.blockedNumbers(tenant: "a", phones: [caller], at: now) },
    .init("noteCallEnded") { try $0.store.noteCallEnded(sid: "CA7", at: now) },
    .init("noteConnectedLeg") { try $0.store.noteConnectedLeg(try $0.row(4), sid: "CA8", at: now) },
    .init("pageCount") { _ = try $0.store.pageCount(ticket: 1, recipient: caller) },
    .init("isCallInDoubt") { _ = try $0.store.isCallInDoubt(to: caller, from: caller) },
    .init("isBeingRung") { _ = try $0.store.isBeingRung(ticket: 1, recipient: caller, since: now) },
    .init("markDead") { _ = try $0.store.markDead(try $0.row(4), code: 1, error: "x", at: now) },
    .init("log") { try $0.store.log(.messageHeld, try $0.row(4), detail: "x", at: now) },
  ]

  private static let tickets: [StoreOperation] = [
    .init("upsertTicket") { fixture in
      for phone in [caller, "anonymous"] {
        for _ in 0..<2 { _ = try fixture.store.upsertTicket(fixture.request(phone: phone, call: 1), at: now) }
      }
    },
    .init("ticket") { _ = try $0.store.ticket(id: 1) },
    .init("openTicket") { fixture in
      _ = try fixture.store.openTicket(ofCall: 1)
      _ = try fixture.store.openTicket(
        tenant: "a", phone: caller, localDay: fixture.request(phone: caller, call: 1).localDay)
    },
    .init("beginPages") { try $0.store.beginPages(ifNone: 1, order: 1, next: now) },
    .init("nextPage") { _ = try $0.store.nextPage() },
    .init("duePages") { _ = try $0.store.duePages(at: now, limit: 9) },
    .init("movePages") {
      if let ticket = try $0.store.ticket(id: 1) {
        _ = try $0.store.movePages(
          ifAt: PageStep(ticket: ticket, order: 1, round: 1), order: 2, round: 1, next: later)
      }
    },
    .init("delayPages") { try $0.store.delayPages(ticket: 1, until: later) },
    .init("hastenPages") { try $0.store.hastenPages(ticket: 1, at: now) },
    .init("newestOpenTicket") { _ = try $0.store.newestOpenTicket(tenant: "a", phone: caller) },
    .init("hand") { _ = try $0.store.hand(ifOpen: 1, to: "Anna", at: now) },
    .init("noteHandled") {
      if let ticket = try $0.store.ticket(id: 1) { try $0.store.noteHandled(ticket, at: now) }
    },
    .init("touch") { try $0.store.touch(ticket: 1, at: now) },
    .init("lastNotice") { _ = try $0.store.lastNotice(ofTicket: 1, to: caller) },
    .init("lastNoticedTicket") {
      _ = try $0.store.lastNoticedTicket(tenant: "a", recipient: caller, since: now, until: later)
    },
    .init("staffAnswerCount") {
      _ = try $0.store.staffAnswerCount(tenant: "a", recipient: caller, since: now)
    },
    .init("addPhoto") { try $0.store.addPhoto(ticket: 1, url: "u", contentType: "image/png", at: now) },
    .init("isOnlyKeyed") { _ = try $0.store.isOnlyKeyed(tenant: "a", phone: caller) },
    .init("recording") {
      _ = try $0.store.recording(id: 1, tenant: "a")
      _ = try $0.store.recording(ofCall: 1)
    },
    .init("addRecording") { fixture in
      _ = try fixture.call("CA7")
      guard let call = try fixture.store.call(sid: "CA7") else { return }
      try fixture.store.addRecording(call: call, ticket: 1, sid: "RE1", seconds: 3, isReady: true, at: now)
    },
    .init("noteRecording") {
      try $0.store.noteRecording(ifWaiting: 1, sid: "RE1", seconds: 3, isReady: true, at: now)
    },
    .init("dueRecordings") { _ = try $0.store.dueRecordings(at: now, limit: 9) },
    .init("nextRecordingDue") { _ = try $0.store.nextRecordingDue() },
    .init("postponeRecording") {
      try $0.store.postponeRecording(ifWaiting: 1, until: later, isFailure: true)
    },
    .init("storeRecording") {
      guard let row = try $0.store.recording(id: 1, tenant: "a") else { return }
      _ = try $0.store.storeRecording(ifWaiting: row, file: "a/b.mp3", at: now)
    },
    .init("loseRecording") {
      guard let row = try $0.store.recording(id: 1, tenant: "a") else { return }
      _ = try $0.store.loseRecording(ifWaiting: row)
    },
    .init("forgetRecordings") { try $0.store.forgetRecordings(ofTicket: 1, at: now) },
    .init("ticketsToEscalate") { _ = try $0.store.ticketsToEscalate(at: now, limit: 9) },
    .init("nextEscalation") { _ = try $0.store.nextEscalation() },
    .init("escalations") { _ = try $0.store.escalations(ticket: 1) },
    .init("noteEscalation") { _ = try $0.store.noteEscalation(ifWaiting: 1, was: 0, next: nil) },
    .init("recordNotice") { fixture in
      _ = try fixture.store.recordNotice(ticket: 1, kind: .new, recipient: caller, at: now)
    },
    .init("noticedRecipients") { _ = try $0.store.noticedRecipients(ticket: 1) },
    .init("move") {
      if let ticket = try $0.store.ticket(id: 1) {
        _ = try $0.store.move(ticket, .start, by: "Chef", at: now)
      }
    },
    .init("startTicket") { _ = try $0.store.startTicket(ifWaiting: 1, by: "anna", at: now) },
    .init("finishTicket") {
      _ = try $0.store.finishTicket(ifOpen: 1, outcome: .other, amount: nil, by: "anna", at: now)
    },
    .init("formCount") { _ = try $0.store.formCount(tenant: "a", origin: .stranger, since: now) },
    .init("hiddenTicketCount") { _ = try $0.store.hiddenTicketCount(tenant: "a", since: now) },
    .init("foldWithheldCall") { _ = try $0.store.foldWithheldCall(tenant: "a", since: now, at: now) },
    .init("setSummary") { try $0.store.setSummary(ofTicket: 1, "x") },
    .init("countDone") { try $0.store.countDone(1, 0) },
    .init("reopenTicket") { _ = try $0.store.reopenTicket(ifDone: 1, at: now) },
    .init("note") { try $0.store.note(ticket: 1, text: "x", by: "y", at: now) },
  ]

  private static let records: [StoreOperation] = [
    .init("recordInbound") { _ = try $0.store.recordInbound(inboundSMS("SM1", answers: 1)) },
    .init("knowsInbound") { _ = try $0.store.knowsInbound(messageSid: "SM1") },
    .init("attachInbound") { try $0.store.attachInbound(1, to: 1) },
    .init("noteSubject") { try $0.store.noteSubject(ofInbound: 1, ticket: 1) },
    .init("missedCallSMS") { _ = try $0.store.missedCallSMS(answeredBy: caller, tenant: "a", since: now) },
    .init("lastTenant") { _ = try $0.store.lastTenant(texting: caller, among: ["a", "b"]) },
    .init("confirmationCount") {
      _ = try $0.store.confirmationCount(tenant: "a", phone: caller, hourSince: now, daySince: now)
    },
    .init("words") { _ = try $0.store.words(of: caller, tenant: "a", after: now, before: later, except: 1) },
    .init("block") { fixture in
      try fixture.store.block(tenant: "a", phone: caller, reason: .spam, at: now, until: later)
    },
    .init("expireBlocks") { _ = try $0.store.expireBlocks(at: now) },
    .init("unblock") { _ = try $0.store.unblock(tenant: "a", phone: caller, at: now) },
    .init("optOut") { try $0.store.optOut(tenant: "a", phone: caller, at: now) },
    .init("optIn") { try $0.store.optIn(tenant: "a", phone: caller, at: now) },
    .init("logEvent") { try $0.store.logEvent(.reply, tenant: "a", at: now, onceKey: "x") },
    .init("detail") { _ = try $0.store.detail(ofEvent: "x") },
    .init("knowsEvent") { _ = try $0.store.knowsEvent("x") },
    .init("raiseAlert") { try $0.store.raiseAlert(cause: "dead", tenant: nil, detail: "x", at: now) },
    .init("hasRecentAlert") { _ = try $0.store.hasRecentAlert(cause: "dead", tenant: "a", at: now) },
    .init("alertsToTell") { _ = try $0.store.alertsToTell(limit: 9) },
    .init("noteAlertTold") { try $0.store.noteAlertTold(1, at: now) },
    .init("openConditions") { fixture in
      for _ in 0..<2 { try fixture.store.raiseAlert(cause: "queue", tenant: nil, detail: "x", at: now) }
      _ = try fixture.store.openConditions()
    },
    .init("hasAccepted") { _ = try $0.store.hasAccepted("sms", tenant: "a", after: now) },
    .init("hasDelivered") { _ = try $0.store.hasDelivered(tenant: "a", after: now) },
    .init("hasClosedMonth") { _ = try $0.store.hasClosedMonth(tenant: "a", after: now) },
    .init("solve") { fixture in
      for condition in try fixture.store.openConditions() { try fixture.store.solve(condition, at: now) }
    },
    .init("solvedAlertsToTell") { _ = try $0.store.solvedAlertsToTell(limit: 9) },
    .init("noteSolvedTold") { try $0.store.noteSolvedTold(1, at: now) },
    .init("beginRun") { _ = try $0.store.beginRun(at: now) },
    .init("beat") { try $0.store.beat(run: 1, at: now) },
    .init("endRun") { try $0.store.endRun(1, summary: "x", at: now) },
    .init("moveWaiting") { fixture in
      for delta in [-3_600_000, 3_600_000] as [Int64] {
        try fixture.store.moveWaiting(byMilliseconds: delta, at: now)
      }
    },
    .init("hasLaterOptWord") { _ = try $0.store.hasLaterOptWord(tenant: "a", phone: caller, after: now) },
    .init("lastRun") { _ = try $0.store.lastRun() },
    .init("monthFigures") { _ = try $0.store.monthFigures(period, zone: .utc) },
    .init("isLong") { _ = try $0.store.isLong(period) },
    .init("keptFigures") {
      _ = try $0.store.keptFigures(tenant: "a", since: CivilMonth(of: CivilDate(daysSinceEpoch: 20_500)))
    },
    .init("keepFigures") {
      try $0.store.keepFigures(
        KeptFigures(
          month: CivilMonth(of: CivilDate(daysSinceEpoch: 20_500)), asOf: now, isFinal: false,
          figures: MonthFigures()),
        tenant: "a")
    },
    .init("countEvents") { _ = try $0.store.countEvents() },
    .init("counts") { _ = try $0.store.counts() },
    .init("openTickets") {
      _ = try $0.store.openTickets(tenant: "doerfler", notOfOthersThan: "Anna", limit: 500)
    },
    .init("calendarKey") { _ = try $0.store.calendarKey(hash: "hash", at: now) },
    .init("prolongCalendar") { try $0.store.prolongCalendar(hash: "hash", until: now) },
    .init("addCalendarKey") {
      try $0.store.addCalendarKey(
        hash: "calendar", person: InboxPerson(tenant: "doerfler", person: "Anna"), at: now, expiresAt: now)
    },
    .init("metrics") { _ = try $0.store.metrics(at: now) },
    .init("troubles") { _ = try $0.store.troubles(of: ["a"], at: now) },
    .init("missedCalls") { _ = try $0.store.missedCalls(tenant: "a", from: [now], until: later) },
    .init("stuckMessages") { _ = try $0.store.stuckMessages(tenant: "a", at: now) },
    .init("recentCalls") { _ = try $0.store.recentCalls(tenant: "a", since: now, page: 1) },
    .init("openTicketCounts") { _ = try $0.store.openTicketCounts(at: now) },
    .init("addCost") { try $0.store.addCost(0.05, "CHF", tenant: "a", at: now) },
    .init("monthCosts") { _ = try $0.store.monthCosts(at: now) },
    .init("shownAlerts") {
      for tenant in ["a", nil] { _ = try $0.store.shownAlerts(of: tenant, since: now) }
    },
    .init("purgeCosts") { try $0.store.purgeCosts(at: now) },
    .init("health") { _ = try $0.store.health(at: now) },
    .init("lateness") { _ = try $0.store.lateness(since: now) },
    .init("noteSweep") { try $0.store.noteSweep(number: number, list: "calls", at: now, completeUntil: now) },
    .init("noteServiceNumbers") { try $0.store.noteServiceNumbers("MG1", [number], at: now) },
    .init("serviceNumbers") { _ = try $0.store.serviceNumbers("MG1") },
    .init("lastCheckCall") { _ = try $0.store.lastCheckCall(tenant: "a", to: number) },
    .init("noteCheckCallBack") {
      _ = try $0.store.noteCheckCallBack(tenant: "a", to: number, since: now, at: now)
    },
    .init("lastCalls") { _ = try $0.store.lastCalls(tenant: "a", limit: 20) },
    .init("quartersWithCalls") {
      _ = try $0.store.quartersWithCalls(tenant: "a", since: now, until: later)
    },
    .init("takenCalls") { _ = try $0.store.takenCalls(tenant: "a", since: now, limit: 500) },
    .init("sweep") { _ = try $0.store.sweep(number: number, list: "calls") },
  ]

  private static let prices: [StoreOperation] = [
    .init("duePrices") { _ = try $0.store.duePrices(at: now, limit: 9) },
    .init("hastenPrice") { try $0.store.hastenPrice(sid: "SM1", at: now) },
    .init("notePriceLook") { fixture in
      for isInbound in [true, false] {
        try fixture.store.notePriceLook(unpriced("SM1", isInbound: isInbound), next: later)
      }
    },
    .init("recordPrice") { fixture in
      for isInbound in [true, false] {
        try fixture.store.recordPrice(
          of: unpriced("SM1", isInbound: isInbound), price: 0.1, unit: "USD", segments: 1)
      }
    },
    .init("queueErasure") { fixture in
      for kind in ErasureKind.allCases { try fixture.store.queueErasure(kind, target: "x", at: now) }
    },
    .init("dueErasures") { _ = try $0.store.dueErasures(at: now, limit: 9) },
    .init("postponeErasure") { try $0.store.postponeErasure(1, until: later) },
    .init("erasureCount") { _ = try $0.store.erasureCount(.message) },
    .init("newestErasure") { _ = try $0.store.newestErasure() },
    .init("sids") { _ = try $0.store.sids(ofMessage: 1) },
    .init("forgetTicket") { _ = try $0.store.forgetTicket(1, at: now) },
    .init("forgetMessage") { try $0.store.forgetMessage(1, at: now) },
    .init("forgetInbound") { try $0.store.forgetInbound(1, at: now) },
    .init("forgetCall") { try $0.store.forgetCall(1, at: now) },
    .init("forgetEvent") { try $0.store.forgetEvent(1) },
    .init("oldRows") { fixture in
      for list in PurgeList.allCases { _ = try fixture.store.oldRows(list, before: later, limit: 9) }
    },
    .init("purge") { fixture in
      for list in PurgeList.allCases {
        try fixture.store.purge(list, fixture.store.oldRows(list, before: later, limit: 9), at: now)
      }
    },
    .init("purgeTickets") { _ = try $0.store.purgeTickets(before: later, limit: 9, at: now) },
    .init("purgeLineTypes") { _ = try $0.store.purgeLineTypes(before: now) },
    .init("uploadsTidied") { _ = try $0.store.uploadsTidied() },
    .init("noteUploadsTidied") { try $0.store.noteUploadsTidied(at: now) },
    .init("knowsUpload") { _ = try $0.store.knowsUpload("a/b.jpg") },
    .init("endErasure") { try $0.store.endErasure(1) },
    .init("recordLookup") { try $0.store.recordLookup(tenant: "a", price: 0.008, unit: "USD", at: now) },
  ]

  static func unpriced(_ sid: String, isInbound: Bool) -> UnpricedMessage {
    UnpricedMessage(sid: sid, isInbound: isInbound, tenant: "a", ourAddress: number, at: now)
  }

  private static let months: [StoreOperation] = [
    .init("snapshot") { fixture in try fixture.store.snapshot { _ = try fixture.store.version() } },
    .init("monthlyCalls") { _ = try $0.store.monthlyCalls(period) },
    .init("monthlySMS") { _ = try $0.store.monthlySMS(period) },
    .init("monthlyTickets") { _ = try $0.store.monthlyTickets(period) },
    .init("monthlyService") { _ = try $0.store.monthlyService(period) },
    .init("monthlyForms") { _ = try $0.store.monthlyForms(period) },
    .init("monthlyCosts") { _ = try $0.store.monthlyCosts(period) },
    .init("monthlyMessages") { try $0.store.monthlyMessages(period) { _ in } },
    .init("closeMonth") { _ = try $0.store.closeMonth(tenant: "a", month: CivilMonth(of: day), at: now) },
    .init("closedAt") { _ = try $0.store.closedAt(tenant: "a", month: CivilMonth(of: day)) },
    .init("lastClosedMonth") { _ = try $0.store.lastClosedMonth(tenant: "a") },
    .init("firstActivity") { _ = try $0.store.firstActivity(tenant: "a") },
    .init("hadActivity") { _ = try $0.store.hadActivity(period) },
    .init("tenantsWithData") { _ = try $0.store.tenantsWithData() },
    .init("unsettled") { _ = try $0.store.unsettled(period) },
  ]

  private static let day = TimeZoneRules.utc.day(of: now)
  private static let period = ReportPeriod(tenant: "a", start: now.adding(days: -9), end: later)

  private static let inbox: [StoreOperation] = [
    .init("postponeEscalation") { try $0.store.postponeEscalation(ticket: 1, until: now) },
    .init("addInboxLink") { fixture in
      try fixture.store.addInboxLink(hash: "h", person: person, at: now, expiresAt: later)
    },
    .init("dutyStandIn") { _ = try $0.store.dutyStandIn(tenant: "a", at: now) },
    .init("setDutyStandIn") {
      try $0.store.setDutyStandIn(DutyStandIn(person: "Anna", since: now, until: later), tenant: "a")
    },
    .init("endDutyStandIn") { _ = try $0.store.endDutyStandIn(ifOf: "Anna", tenant: "a") },
    .init("inboxLink") { _ = try $0.store.inboxLink(hash: "h", at: now) },
    .init("addInboxSession") { fixture in
      try fixture.store.addInboxSession(hash: "h", person: person, at: now, expiresAt: later)
    },
    .init("inboxSession") { _ = try $0.store.inboxSession(hash: "h", at: now) },
    .init("endInboxSession") { try $0.store.endInboxSession(hash: "h", at: now) },
    .init("revokeInbox") { _ = try $0.store.revokeInbox(tenant: "a", person: nil, at: now) },
    .init("inboxPeople") { _ = try $0.store.inboxPeople(tenant: "a", at: now) },
    .init("purgeDutyStandIns") { try $0.store.purgeDutyStandIns(at: now) },
    .init("purgeInboxAccess") { try $0.store.purgeInboxAccess(at: now) },
    .init("openTickets") { fixture in
      _ = try fixture.store.upsertTicket(fixture.request(), at: now)
      _ = try fixture.store.openTickets(tenant: "a", page: 1)
    },
    .init("openTicketCount") { _ = try $0.store.openTicketCount(tenant: "a") },
    .init("begunTicketCount") { _ = try $0.store.begunTicketCount(tenant: "a") },
    .init("doneTickets") { fixture in
      let id = try fixture.store.upsertTicket(fixture.request(), at: now).ticket.id
      _ = try fixture.store.finishTicket(ifOpen: id, outcome: .other, amount: nil, by: "anna", at: now)
      _ = try fixture.store.doneTickets(tenant: "a", page: 1)
    },
    .init("findTickets") { fixture in
      guard let search = Search(typed: "567") else { return }
      _ = try fixture.store.findTickets(tenant: "a", search, page: 1)
    },
    .init("ticket") { fixture in
      _ = try fixture.store.ticket(id: 1, tenant: "a")
      _ = try fixture.store.ticket(ofEvent: "x")
    },
    .init("photos") {
      _ = try $0.store.photos(ticket: 1)
      _ = try $0.store.photos(tickets: [1, 2])
    },
    .init("photo") { _ = try $0.store.photo(id: 1, tenant: "a") },
    .init("addUpload") { try $0.store.addUpload(ticket: 1, file: "f", contentType: "image/png", at: now) },
    .init("history") { _ = try $0.store.history(ticket: 1, page: 1) },
    .init("rateCount") { _ = try $0.store.rateCount(key: "k", since: now) },
    .init("noteRates") { try $0.store.noteRates(keys: ["k"], at: now) },
    .init("rateFrees") { _ = try $0.store.rateFrees(key: "k", limit: 9, seconds: 60, at: now) },
    .init("purgeRates") { try $0.store.purgeRates(at: now) },
    .init("openGap") { try $0.store.openGap(reason: .silence, since: now, at: now) },
    .init("gap") { _ = try $0.store.gap() },
    .init("beginGap") { try $0.store.beginGap(at: now) },
    .init("closeGap") { try $0.store.closeGap(sent: 1, unread: nil, at: now) },
    .init("unsentMessages") {
      _ = try $0.store.unsentMessages(.sms, to: "+41791234567")
      _ = try $0.store.unsentMessages(about: now)
    },
    .init("countAsSent") { fixture in
      let row = try fixture.store.message(id: fixture.message())
      if let row { try fixture.store.countAsSent(row, at: now) }
    },
    .init("waitingCalls") { _ = try $0.store.waitingCalls(from: "+41791234567", endedBy: now) },
    .init("passOver") { try $0.store.passOver(until: now) },
  ]
}
