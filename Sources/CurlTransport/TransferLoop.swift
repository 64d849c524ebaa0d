import CCurl
import HTTPTransport
import Synchronization

/// The owner thread's loop: asks ``TransferSchedule`` what to do and does it with libcurl. Used by one thread.
final class TransferLoop {
    private typealias Schedule = TransferSchedule<Transfer>

    private let owner: OwnerThread
    private let executor: UnownedTaskExecutor
    private let multi: UnsafeMutableRawPointer
    private let options: CurlTransportOptions
    private let hasProxy: Bool
    private var schedule: Schedule
    private var rules: TargetRules
    private var idleHandles: [EasyHandle] = []
    private var runningHandles: [EasyHandle] = []
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []
    private var nextNumber = 0
    private var now = MonotonicTime.now
    private var mail = OwnerThread.Mail()

    /// Longest sleep when nothing has a time limit; only a bound for libcurl's `int`.
    private static let longestSleep = 60_000
    /// Longest sleep while exchanges run. libcurl counts its timers in whole milliseconds and forgets one that is due
    /// within a millisecond after another of the same transfer; it then only looks at the limit when it is asked to work.
    private static let runningSleep = 100
    /// Sleep while requests wait for the governor, which judges idleness by it.
    private static let shortSleep = 1

    init(owner: OwnerThread, _ options: CurlTransportOptions) {
        self.owner = owner
        multi = owner.multi
        self.options = options
        executor = owner.asUnownedTaskExecutor()
        let proxy = options.settings.proxy ?? ""
        hasProxy = !proxy.isEmpty
        schedule = Schedule(perLane: options.connectionsPerHostAndThread)
        rules = TargetRules(options)
    }

    /// Runs until the transport is shut down and everything has ended; then frees the multi handle.
    func run() {
        var sleep: Int? = 0
        while let milliseconds = sleep {
            takeMail(mayFallAsleep: milliseconds > 0)
            if mail.isEmpty, milliseconds > 0 {
                doze(milliseconds)
                // Mail may have come with the wake-up.
                takeMail(mayFallAsleep: false)
            }
            handleMail()
            sleep = obey()
            if sleep != nil, performAndHarvest() { sleep = 0 }
        }
        tearDown()
    }

    private func takeMail(mayFallAsleep: Bool) { owner.collect(mayFallAsleep: mayFallAsleep, into: &mail) }

    /// Sleeps until a socket, the mailbox or a timer has something.
    private func doze(_ milliseconds: Int) {
        let isMeasured = schedule.isHeldBack
        let before = isMeasured ? MonotonicTime.now : now
        curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
        let after = MonotonicTime.now
        if isMeasured {
            let idle = after.nanoseconds - before.nanoseconds
            _ = schedule.on(.slept(idle: idle, total: after.nanoseconds - now.nanoseconds))
        }
        now = after
    }

    private func handleMail() {
        guard !mail.isEmpty else { return }
        for job in mail.jobs { job.runSynchronously(on: executor) }
        for command in mail.commands {
            switch command {
            case .submit(let transfer): submit(transfer)
            case .cancel(let transfer): cancel(transfer)
            case .stop(let until, let waiter):
                if let waiter { stopWaiters.append(waiter) }
                _ = schedule.on(.stopping(until: until))
            }
        }
        mail.jobs.removeAll(keepingCapacity: true)
        mail.commands.removeAll(keepingCapacity: true)
    }

    private func submit(_ transfer: Transfer) {
        if transfer.isCancelled.load(ordering: .acquiring) {
            return transfer.reject(.cancelled, "cancelled by the caller")
        }
        let admitted: TargetRules.Admitted
        do throws(HTTPFailure) {
            forgetIdleLanesWhenCrowded()
            admitted = try rules.admit(transfer.request.url) { schedule.openLane() }
        } catch {
            return transfer.finish(.failure(error))
        }
        transfer.admitted = admitted
        nextNumber += 1
        let ticket = Schedule.Ticket(
            number: nextNumber, lane: admitted.lane, deadline: transfer.deadline, item: transfer)
        transfer.stage = .waiting(ticket)
        _ = schedule.on(.submitted(ticket))
    }

    private func forgetIdleLanesWhenCrowded() {
        guard rules.isCrowded else { return }
        for lane in rules.forget(where: { schedule.isIdle(lane: $0) }) { schedule.closeLane(lane) }
    }

    private func cancel(_ transfer: Transfer) {
        switch transfer.stage {
        case .idle: break
        case .waiting(let ticket):
            _ = schedule.on(.withdrawn(ticket))
            transfer.reject(.cancelled, "cancelled by the caller while waiting for a connection")
        case .running(let handle): end(handle, .cancelled)
        }
    }

    /// Does what the schedule says; returns how long to sleep, or `nil` when all is over.
    private func obey() -> Int? {
        while true {
            switch schedule.on(.turn(now: now)) {
            case .none: continue
            case .start(let ticket): start(ticket)
            case .reject(let ticket, let cause): reject(ticket.item, cause)
            case .abortRunning:
                for handle in runningHandles { end(handle, .shutDown) }
            case .wait(let until):
                return min(longestWait, until.map { now.milliseconds(until: $0) } ?? longestWait)
            case .exit: return nil
            }
        }
    }

    private var longestWait: Int {
        if schedule.isHeldBack { return Self.shortSleep }
        return runningHandles.isEmpty ? Self.longestSleep : Self.runningSleep
    }

    private func reject(_ transfer: Transfer, _ cause: HTTPFailure.Cause) {
        let detail =
            cause == .timedOut
            ? "the time limit passed while the request waited for a connection; allow more connections or more time"
            : "the transport was shut down before the request was started"
        transfer.reject(cause, detail)
    }

    private func start(_ ticket: Schedule.Ticket) {
        let transfer = ticket.item
        guard let handle = idleHandles.popLast() ?? EasyHandle(options) else {
            _ = schedule.on(.ended(lane: ticket.lane))
            return transfer.reject(.other, "libcurl has no memory for another transfer or lacks a needed feature")
        }
        do throws(HTTPFailure) {
            try handle.prepare(transfer, milliseconds: max(1, now.milliseconds(until: transfer.deadline)))
        } catch {
            _ = schedule.on(.ended(lane: ticket.lane))
            idleHandles.append(handle)
            return transfer.finish(.failure(error))
        }
        transfer.stage = .running(handle)
        handle.exchange.pointee.runningIndex = runningHandles.count
        runningHandles.append(handle)
        let result = curl_multi_add_handle(multi, handle.easy)
        precondition(result == CURLM_OK, "libcurl refuses a transfer: error \(result.rawValue)")
    }

    /// Lets libcurl work and ends the exchanges that are done; true when there is more to do before sleeping.
    private func performAndHarvest() -> Bool {
        guard !runningHandles.isEmpty else { return false }
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        guard Int(running) < runningHandles.count else { return false }
        now = MonotonicTime.now
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard let pointer = ccurl_get_private(message.pointee.easy_handle) else { continue }
            let exchange = pointer.assumingMemoryBound(to: Exchange.self)
            let result = ccurl_message_result(message)
            let isBrokenOff = result == CURLE_OK && !exchange.pointee.isHeadWhole
            end(runningHandles[exchange.pointee.runningIndex], isBrokenOff ? .brokenOff : .curl(result.rawValue))
        }
        return true
    }

    /// Ends an exchange: tells its caller and makes the handle ready for the next.
    private func end(_ handle: EasyHandle, _ ending: TransferFacts.Ending) {
        guard let transfer = handle.transfer.take(), let admitted = transfer.admitted else { return }
        // Before the handle is removed, which closes the connection of an exchange that still runs.
        let outcome: Transfer.Outcome =
            ending == .curl(CURLE_OK.rawValue)
            ? .success(handle.response())
            : .failure(handle.failure(ending, admitted.target, hasProxy: hasProxy))
        curl_multi_remove_handle(multi, handle.easy)
        removeRunning(handle)
        idleHandles.append(handle)
        _ = schedule.on(.ended(lane: admitted.lane))
        transfer.finish(outcome)
    }

    private func removeRunning(_ handle: EasyHandle) {
        let index = handle.exchange.pointee.runningIndex
        guard let last = runningHandles.popLast(), last !== handle else { return }
        runningHandles[index] = last
        last.exchange.pointee.runningIndex = index
    }

    private func tearDown() {
        idleHandles.removeAll()
        let rest = owner.close()
        curl_multi_cleanup(multi)
        for job in rest.jobs { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        for command in rest.commands {
            switch command {
            case .submit(let transfer): transfer.reject(.shutDown, "the transport was shut down")
            case .cancel: break
            case .stop(_, let waiter): waiter?.resume()
            }
        }
        for waiter in stopWaiters { waiter.resume() }
    }
}
