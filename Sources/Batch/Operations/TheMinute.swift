// TheMinute.swift - all that `opsfabric run` does, in the order of a step.

import Books
import Copies
import Erasing
import Outbox
import Runner

package enum TheMinute {
  package static func jobs(_ context: BatchContext) -> [any Job] {
    let links = InboxLinks(home: context.home)
    let lookups = LookUpNumbers(context: context)
    let judging = JudgeCalls(context: context)
    let sweeping = SweepLostWebhooks(context: context)
    let queue = DrainQueue(context: context)
    return [
      CloseGap(context: context, sweeping: sweeping, judging: judging, links: links),
      // What came in, what is due, who is told: in one step from a kept webhook to its SMS.
      ReplaySpool(context: context), queue, UpdateBlockLists(context: context), judging, lookups,
      DecideMissedCalls(context: context, lookups: lookups), EscalateTickets(context: context),
      PagePeople(context: context), TellOperator(context: context),
      WatchOutbox(store: context.store),
      SendDue(SMSOutlet(context: context, links: links), context: context, links: links),
      SendDue(CallOutlet(context: context), context: context, links: links),
      SendDue(MailOutlet(context: context, links: links), context: context, links: links),
      SendDue(NtfyOutlet(context: context, links: links), context: context, links: links),
      SendDue(WebhookOutlet(context: context), context: context, links: links),
      // What became of it.
      FetchDeliveries(context: context), FetchRecordings(context: context), sweeping,
      FetchHolidays(context: context),
      WatchLines(context: context),
      // After all who may meet a condition again.
      SolveAlerts(context: context, isQueueWell: { queue.isWell }),
      WriteMonthlyReports(context: context, sweeping: sweeping, judging: judging),
      FetchPrices(context: context), EraseRemains(context: context), PurgeOld(context: context),
      TidyUploads(context: context), TidyUp(context: context), CountEvents(context: context),
      KeepFigures(context: context), WriteCopies(context: context),
    ]
  }
}
