// TwilioErrorTable.swift - one row a code: whose the fault is, and what follows from it.
//
// Sources: Twilio's error dictionary (a copy of 2023 and the current pages read for this project) and the changes of
// 2026. Asked of every code that a message can meet: is it the recipient, the text, the moment, or us?

extension TwilioErrorCode {
  struct Row {
    let code: Int
    let fault: SendFault
    let verdict: SendVerdict
    let meaning: String

    /// - Parameter verdict: nil = what usually follows from such a fault.
    init(_ code: Int, _ fault: SendFault, _ meaning: String, _ verdict: SendVerdict? = nil) {
      self.code = code
      self.fault = fault
      self.verdict = verdict ?? Row.usual(fault)
      self.meaning = meaning
    }

    private static func usual(_ fault: SendFault) -> SendVerdict {
      switch fault {
      case .recipient, .text: .permanent
      case .moment: .ordinaryRetry
      case .ours: .configuration
      }
    }
  }

  private static let late = SendVerdict.transient(afterSeconds: 1800, maxRetries: 2)
  private static let lateOnce = SendVerdict.transient(afterSeconds: 1800, maxRetries: 1)
  private static let soonOnce = SendVerdict.transient(afterSeconds: 120, maxRetries: 1)

  /// A code that is not in the table, of a hundred in which nothing else speaks of recipients or their phones: what
  /// Twilio adds there is ours to mend too. Held too long it becomes a ticket; given up at once it would be nobody's.
  static func family(of code: Int) -> Row? {
    switch code {
    case 20_000..<20_500, 21_400..<21_500, 21_600..<21_800:
      Row(code, .ours, "our account, sender or request")
    case 30_100..<30_140: Row(code, .ours, "link shortening of the account")
    case 30_440..<30_450, 30_880..<30_900: Row(code, .ours, "the sender's registration was rejected")
    case 63_040..<63_048, 92_000..<93_000: Row(code, .ours, "template of the channel")
    case 572_000..<573_000: Row(code, .ours, "limit of a trial account")
    default: nil
    }
  }

  static let rows: [Row] = [
    // The account and the API
    Row(10001, .ours, "account not active", .credentials),
    Row(10002, .ours, "the trial account cannot do this"),
    Row(10004, .moment, "too many calls at once"),
    Row(20001, .ours, "unknown request parameter"),
    Row(20003, .ours, "authentication failed or permission missing", .credentials),
    Row(20004, .ours, "method not allowed"),
    Row(20005, .ours, "account not active", .credentials),
    Row(20006, .ours, "access denied", .credentials),
    Row(20008, .ours, "test credentials", .credentials),
    Row(20010, .ours, "action disabled for the account", .credentials),
    Row(20011, .ours, "TLS version not accepted"),
    Row(20012, .ours, "TLS cipher not accepted"),
    Row(20162, .moment, "another change is under way"),
    Row(20403, .ours, "forbidden", .credentials),
    Row(20404, .ours, "wrong SID or path"),
    Row(20409, .moment, "conflict with another change"),
    Row(20410, .ours, "this API has been discontinued"),
    Row(20413, .ours, "request too large"),
    Row(20422, .ours, "invalid parameter"),
    Row(20423, .ours, "invalid SID"),
    Row(20426, .ours, "connection must be upgraded"),
    Row(20429, .moment, "too many requests at once", .rateLimited),
    Row(20500, .moment, "internal error at Twilio", .unknown),
    Row(20503, .moment, "Twilio is unavailable", .unknown),
    Row(21470, .ours, "invalid account SID", .credentials),
    Row(21471, .ours, "account does not exist", .credentials),
    Row(21472, .ours, "account not active", .credentials),
    Row(21476, .ours, "parent account suspended", .credentials),
    Row(21478, .ours, "subaccount suspended", .credentials),
    Row(21479, .ours, "subaccount closed", .credentials),
    Row(90010, .ours, "account not active", .credentials),

    // Refused when sending: sender, recipient, request
    Row(14107, .recipient, "reply loop between two numbers stopped"),
    Row(14108, .ours, "sender cannot send SMS"),
    Row(14111, .ours, "trial account: recipient not verified"),
    Row(13201, .ours, "connecting inside a connected leg"),
    Row(13214, .ours, "invalid caller id"),
    Row(13215, .ours, "connecting is nested"),
    Row(13223, .recipient, "invalid recipient number"),
    Row(13224, .recipient, "number is not supported, or no carrier delivers"),
    Row(13225, .recipient, "number blocked by Twilio"),
    Row(13226, .recipient, "unknown country"),
    Row(13227, .ours, "this country is not enabled for the account"),
    Row(21201, .ours, "recipient is missing"),
    Row(21202, .recipient, "premium number"),
    Row(21203, .ours, "this country is not enabled for the account"),
    Row(21205, .ours, "invalid URL"),
    Row(21208, .ours, "invalid ring time"),
    Row(21210, .ours, "sender not verified"),
    Row(21211, .recipient, "invalid recipient number"),
    Row(21212, .ours, "invalid sender number"),
    Row(21213, .ours, "sender is missing"),
    Row(21214, .recipient, "recipient cannot be reached"),
    Row(21215, .ours, "this country is not enabled for the account"),
    Row(21216, .recipient, "number blocked by Twilio"),
    Row(21217, .recipient, "recipient number is not valid"),
    Row(21218, .ours, "invalid application SID"),
    Row(21219, .ours, "trial account: recipient not verified"),
    Row(21262, .ours, "machine detection without a callback"),
    Row(21263, .ours, "machine detection is set wrongly"),
    Row(22005, .moment, "more than a day of calls is waiting", late),
    Row(21401, .ours, "invalid phone number of ours"),
    Row(21402, .ours, "invalid URL"),
    Row(21407, .ours, "this type of number cannot send SMS"),
    Row(21408, .ours, "sending to this country is not enabled for the account"),
    Row(21420, .ours, "application is not accessible"),
    Row(21421, .ours, "invalid phone number of ours"),
    Row(21502, .ours, "invalid callback URL"),
    Row(21601, .ours, "sender cannot send SMS"),
    Row(21602, .ours, "message text is missing"),
    Row(21603, .ours, "sender is missing"),
    Row(21604, .ours, "recipient is missing"),
    Row(21605, .ours, "message text is over 160 characters"),
    Row(21606, .ours, "sender is not valid for this destination"),
    Row(21607, .ours, "trial account: sender must be its sandbox number"),
    Row(21608, .ours, "trial account or no compliance profile: recipient not verified"),
    Row(21609, .ours, "invalid status callback URL"),
    Row(21610, .recipient, "recipient has opted out", .optedOut),
    Row(21611, .moment, "sender's queue is full", late),
    Row(21612, .recipient, "no route from this sender to this recipient"),
    Row(21613, .ours, "sender needs a certification"),
    Row(21614, .recipient, "recipient is not a mobile number", .landline),
    Row(21615, .ours, "sender needs a local address"),
    Row(21616, .ours, "sender fits several numbers of the account"),
    Row(21617, .ours, "message text is over 1600 characters"),
    Row(21618, .text, "text is filtered by all carriers"),
    Row(21619, .ours, "message has neither text nor media"),
    Row(21620, .ours, "invalid media URL"),
    Row(21621, .ours, "sender cannot send MMS"),
    Row(21622, .ours, "MMS is not enabled for the account"),
    Row(21623, .ours, "too many media files"),
    Row(21624, .ours, "invalid validity period"),
    Row(21626, .ours, "invalid status callback event"),
    Row(21627, .ours, "invalid price limit"),
    Row(21628, .ours, "sender's address is not valid"),
    Row(21629, .ours, "sender's address is not valid"),
    Row(21631, .ours, "sender needs an address"),
    Row(21635, .recipient, "recipient is a landline", .landline),
    Row(21649, .ours, "sender needs a regulatory bundle"),
    Row(21650, .ours, "sender needs an identity document"),
    Row(21651, .ours, "sender's document is not sufficient"),
    Row(21652, .ours, "subject is too long"),
    Row(21653, .ours, "too many recipients"),
    Row(21654, .ours, "content SID is missing"),
    Row(21655, .ours, "content SID is not valid"),
    Row(21656, .ours, "content variables are not valid"),
    Row(21657, .ours, "sender ID is not supported in the destination"),
    Row(21658, .ours, "a parameter is too long"),
    Row(21659, .ours, "sender is not a number of Twilio's"),
    Row(21660, .ours, "sender does not belong to the account"),
    Row(21701, .ours, "messaging service does not exist"),
    Row(21702, .ours, "messaging service is not available"),
    Row(21703, .ours, "messaging service has no fitting sender"),
    Row(21704, .ours, "messaging service has no sender"),
    Row(21705, .ours, "messaging service is not valid"),
    Row(21708, .ours, "alphanumeric sender is missing"),
    Row(21709, .ours, "alphanumeric sender is not allowed in the messaging service"),
    Row(21711, .ours, "sender is not in the messaging service"),
    Row(21712, .ours, "sender belongs to another messaging service"),
    Row(21713, .ours, "use case of the messaging service is not valid"),
    Row(21715, .ours, "sender cannot do what the messaging service asks"),
    Row(21729, .ours, "campaign suspended"),
    Row(21730, .moment, "Twilio is under maintenance"),

    Row(32224, .ours, "forwarding to another country is blocked"),
    Row(573002, .ours, "trial account: wrong number for this recipient"),
    Row(573005, .ours, "trial account: verification is not finished"),

    // Failed on the way
    Row(30001, .moment, "queue overflow"),
    Row(30002, .ours, "account suspended", .credentials),
    Row(30003, .moment, "handset off or unreachable", lateOnce),
    Row(30004, .recipient, "blocked by carrier or recipient"),
    Row(30005, .recipient, "unknown number"),
    Row(30006, .recipient, "landline or unreachable carrier", .landline),
    Row(30007, .text, "filtered for its content"),
    Row(30008, .moment, "unknown error at the carrier", soonOnce),
    Row(30010, .moment, "price limit exceeded"),
    Row(30011, .recipient, "recipient cannot receive MMS"),
    Row(30012, .ours, "validity period too short"),
    Row(30013, .ours, "validity period too long"),
    Row(30014, .recipient, "invalid recipient"),
    Row(30015, .ours, "channel is not supported"),
    Row(30016, .ours, "sender and recipient are of different channels"),
    Row(30017, .moment, "carrier network is congested"),
    Row(30018, .ours, "sender is not registered in the destination country"),
    Row(30019, .text, "text is larger than the carrier allows"),
    Row(30020, .moment, "internal error at Twilio"),
    Row(30021, .moment, "internal error at Twilio"),
    Row(30022, .ours, "US 10DLC rate limit"),
    Row(30023, .ours, "US 10DLC daily limit"),
    Row(30024, .ours, "sender is not provisioned with the carrier"),
    Row(30025, .ours, "half of the US carrier's daily limit used"),
    Row(30026, .ours, "most of the US carrier's daily limit used"),
    Row(30027, .ours, "US carrier's daily limit"),
    Row(30028, .ours, "invalid API version"),
    Row(30029, .ours, "invalid content retention"),
    Row(30030, .ours, "invalid address retention"),
    Row(30031, .ours, "invalid rate limit"),
    Row(30032, .ours, "toll-free sender is not verified"),
    Row(30033, .ours, "US 10DLC campaign suspended"),
    Row(30034, .ours, "US 10DLC sender is not registered"),
    Row(30035, .ours, "US 10DLC sender is still being set up"),
    Row(30036, .moment, "validity period expired", .expired),
    Row(30037, .ours, "outbound messaging is disabled for the account"),
    Row(30039, .recipient, "reply loop with a machine stopped"),
    Row(30044, .ours, "text is too long for a trial account"),
    Row(30046, .moment, "phone was not reachable in time", .expired),
    Row(30111, .text, "address in the text is blocked"),
    Row(30112, .ours, "account not found", .credentials),
    Row(30400, .ours, "invalid parameters"),
    Row(30404, .ours, "wrong SID or path"),
    Row(30410, .moment, "provider timed out; the message may have been delivered", .permanent),
    Row(30436, .ours, "invalid phone number SID"),
    Row(30450, .moment, "held back by SMS-pumping protection", late),

    // Other channels of a messaging service
    Row(63001, .ours, "channel refuses the account"),
    Row(63002, .ours, "sender does not exist in the channel"),
    Row(63003, .recipient, "recipient does not exist in the channel"),
    Row(63005, .text, "channel does not accept the content"),
    Row(63006, .text, "content does not fit the channel"),
    Row(63007, .ours, "no channel with this sender"),
    Row(63008, .ours, "channel is set up wrongly"),
    Row(63009, .moment, "channel's provider failed"),
    Row(63010, .moment, "internal error at Twilio"),
    Row(63011, .ours, "channel: invalid request"),
    Row(63012, .moment, "channel's provider failed"),
    Row(63013, .text, "content breaks the channel's policy"),
    Row(63014, .recipient, "blocked by the recipient"),
    Row(63015, .ours, "sandbox: recipient has not joined"),
    Row(63016, .text, "free text outside the channel's window"),
    Row(63017, .moment, "channel's rate limit"),
    Row(63018, .moment, "channel's rate limit"),
    Row(63019, .ours, "media could not be fetched"),
    Row(63020, .ours, "channel's business account failed"),
    Row(63021, .text, "channel: invalid content"),
    Row(63022, .ours, "channel: invalid certificate"),
    Row(63023, .moment, "channel failed"),
    Row(63024, .recipient, "channel: invalid recipient"),
    Row(63026, .text, "flagged as spam"),
    Row(63030, .ours, "parameter not supported by the channel"),
    Row(63031, .recipient, "sender and recipient are the same"),
    Row(63032, .recipient, "channel does not allow this recipient"),
    Row(63033, .recipient, "recipient is blocked"),
    Row(63035, .ours, "RCS agent is not launched"),
    Row(63036, .moment, "recipient cannot be reached by RCS at this time", lateOnce),
    Row(63038, .ours, "account's daily message limit reached"),
    Row(63051, .ours, "channel's account is locked"),
    Row(90007, .ours, "invalid validity period"),
    Row(90014, .ours, "invalid validity period"),
  ]
}
