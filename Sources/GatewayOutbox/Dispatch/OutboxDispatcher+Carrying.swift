import NotificationGateway

/// What is done with one entry that was taken. Not on the actor: messages are made ready side by side.
extension OutboxDispatcher {
    @concurrent
    nonisolated func carry(_ entry: OutboxEntry, _ work: OutboxWork) async {
        switch work {
        case .due: await send(entry)
        case .abandoned: await recover(entry)
        }
    }

    private nonisolated func send(_ entry: OutboxEntry) async {
        // Too slow, as after a machine's sleep: another may have asked the vendors by now, and sent it. We surely have not.
        guard isHeld(entry) else { return await record(.released, of: entry) }
        let permit = SendPermit { self.isHeld(entry) }
        let delivery = await SendPermit.$current.withValue(permit) { await gateway.send(entry.message) }
        let change = EntryChange.after(
            delivery, of: entry, now: clock.wallTime, owner: owner, retry: options.retry, bits: random.next())
        // Whom we kept from finding out, the next owner asks: the lease ends now.
        if change.event == .uncertain, Task.isCancelled || !isHeld(entry) {
            return await leave(entry, until: clock.wallTime)
        }
        await record(change, of: entry)
    }

    private nonisolated func recover(_ entry: OutboxEntry) async {
        let maxTries = options.retry.maxTries
        var verdict = Recovery.verdictUnasked(entry, now: clock.wallTime, maxTries: maxTries)
        if verdict == nil {
            let findings = await Inquiry(gateway: gateway, clock: clock).findings(of: entry)
            verdict = Recovery.verdict(
                findings, entry, now: clock.wallTime, started: started, patience: options.patience,
                maxTries: maxTries)
        }
        switch verdict ?? .uncertain {
        case .accepted: await record(.accepted, of: entry)
        case .sendAgain: await record(.released, of: entry)
        case .uncertain: await record(.uncertain, of: entry)
        case .expired: await record(.expired, of: entry)
        case .exhausted: await record(.exhausted, of: entry)
        case .askAgain(let time): await leave(entry, until: time)
        }
    }

    private nonisolated func record(_ event: EntryEvent, of entry: OutboxEntry) async {
        await record(EntryChange(event, now: clock.wallTime, owner: owner), of: entry)
    }

    /// Leaves an entry to whoever looks for abandoned ones after a time.
    private nonisolated func leave(_ entry: OutboxEntry, until time: WallTime) async {
        do throws(OutboxStoreError) {
            _ = try await store.renew([entry.id], for: Lease(owner: owner, end: time))
        } catch {
            // The lease then ends by itself.
            report(error)
        }
    }

    /// Writes down what became of an entry, as often as it takes: the disk may be full for an hour, and a message that went
    /// out must not be forgotten for it. Who stops meanwhile leaves the finding out to the next.
    private nonisolated func record(_ change: EntryChange, of entry: OutboxEntry) async {
        while true {
            do throws(OutboxStoreError) {
                try await store.record(change, of: entry)
                return
            } catch {
                report(error)
                switch error {
                case .leaseLost, .refused, .unknownEntry, .conflict: return
                case .locked, .diskFull, .corrupted, .failed: if Task.isCancelled { return }
                }
                // A cancelled pause ends early, and what follows is the last attempt.
                try? await clock.sleep(until: clock.now + options.pause)
            }
        }
    }
}
